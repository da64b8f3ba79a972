// Every page, as it is served: no serious fault that axe finds at 1280 and 390 pixels, no error of the Nu HTML
// checker, no breach of the content security policy, nothing wider than the screen, and all of it there with
// scripts off. A GET route without a visit fails, so a new page cannot be forgotten.
//   pages.mjs WAYMARK
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { faultsOfMarkup, faultsOfPage, widths } from "./audit.mjs";
import { openBrowser, signIn } from "./browser.mjs";
import { Client } from "./client.mjs";
import { root, startServer } from "./serving.mjs";

const journey = JSON.parse(readFileSync(join(root, "tests/acceptance/journey.json"), "utf8"));

const faults = [];
function fault(where, what) {
  faults.push(`${where}: ${what}`);
  console.log(`FAULT ${where}: ${what}`);
}

// ---- what there is to see ----

function routes() {
  const text = readFileSync(join(root, "src/web/routes.c"), "utf8");
  return [...text.matchAll(/\{METHOD_GET, "([^"]+)"/g)].map((found) => found[1]);
}

// One case that is open with duties running, one that is closed, one with nothing but a referral in every script.
async function fillStore(origin, password) {
  const people = {};
  for (const name of [...Object.keys(journey.people), "team-manager", "administrator", "voluntary-worker", "partnership-analyst", "information-lead", "records-officer", "records-deputy"]) {
    people[name] = new Client(origin);
    await people[name].signIn(name, password);
  }
  const carry = async (child, limit) => {
    let reference = null;
    for (const step of journey.steps.slice(0, limit)) {
      if (step.refused || step.type === "correction") {
        continue;
      }
      if (reference === null) {
        reference = await people[step.who].refer(child, step.fields);
      } else {
        await people[step.who].record(reference, step.type, step.occurred_at, step.fields, true);
      }
    }
    return reference;
  };
  for (const [kind, agency, name, area] of [
    ["duty-point", "social-care", "Duty and advice", "City and county"],
    ["duty-point", "police", "Child abuse investigation unit", "Force area"],
    ["key-contact", "health", "Named nurse", "Hinckley and Bosworth"],
  ]) {
    const admin = people.administrator;
    const form = admin.form(await admin.get("/directory/new"), "/directory");
    admin.fill(form, { kind, agency, name, area, phone: "0116 496 0100", email: "duty@example.org" });
    await admin.submit(form);
  }
  const closed = await carry(journey.child, journey.steps.length);
  const open = await carry(
    { ...journey.child, given_name: "Amira", family_name: "Bashir-Featherstonehaugh", date_of_birth: "2010-02-03" },
    16,
  );
  const fresh = await people["school-nurse"].refer(
    { ...journey.child, given_name: "Никита Ολγα", family_name: "O'Brien-Wolfeschlegelsteinhausenbergerdorff" },
    { ...journey.steps[0].fields, narrative: "<b>Seen</b> with an older adult & \"a new phone\"." },
  );
  const contact = /\/directory\/contacts\/[0-9a-f]{32}/.exec((await people.administrator.get("/directory")).html)[0];
  return { people, closed, open, fresh, contact };
}

// Two cases that belong together, and a meeting to come about both.
async function linkAndArrange(store) {
  const manager = store.people["duty-manager"];
  const { open, fresh } = store;
  const link = manager.form(await manager.get(`/cases/${open}/links`), `/cases/${open}/links`);
  manager.fill(link, { linked_case: fresh, what: "A blue van", reason: "Both children said so" });
  link.fields.set("through", ["vehicle"]);
  await manager.submit(link, { type: "case-linked" });
  const path = `/cases/${open}/meetings/arrange`;
  const form = manager.form(await manager.get(`${path}?kind=complex-abuse`), path);
  manager.fill(form, { chair: "A manager" });
  const meetings = await manager.submit(form, { _go: "record" });
  return /href="(\/cases\/[^"]+\/meetings\/\d+\/hold)"/.exec(meetings.html)?.[1];
}

// What stands outside cases, and a voluntary worker's own part of a plan.
async function outside(store) {
  const manager = store.people["duty-manager"];
  const path = "/new-record/consultation";
  const form = manager.form(await manager.get(path), path);
  manager.fill(form, { question: "A new phone and an older friend", adviser: "A key contact", advice: "Refer" });
  form.fields.set("leads_to_referral", ["yes"]);
  const made = await manager.submit(form);
  store.record = made.path.replace(/\?.*/, "");
  const worker = store.people["voluntary-worker"];
  const action = { action: "See her twice a week", owner: "A youth worker", agency: "voluntary", due_at: "2024-03-20" };
  await store.people["social-worker"].record(store.open, "action-agreed", "2024-03-06T16:00", action, true);
  store.part = /href="(\/my-part\/[^"/]+)"/.exec((await worker.get("/my-part")).html)?.[1];
  store.partForm = /href="(\/my-part\/[^"/]+\/[^"]+)"/.exec((await worker.get(store.part)).html)?.[1];
}

// Records of long ago, one of each state.
async function keeping(store) {
  const officer = store.people["records-officer"];
  const first = async (list) => /href="(\/disposal\/[0-9a-f]{32})"/.exec((await officer.get(`/disposal?list=${list}`)).html)?.[1];
  store.due = await first("due");
  store.proposed = await first("under-way");
  store.held = await first("held");
  store.gone = await first("destroyed");
  const requests = [...(await officer.get("/requests")).html.matchAll(/href="(\/request\/[0-9a-f]{32})"/g)].map((one) => one[1]);
  [store.asked, store.answered] = requests;
}

// A case that is restricted, opened for a reason by somebody who is not on it, and kept from one whose own it is.
async function guarding(store) {
  const { people } = store;
  const guarded = await people["school-nurse"].refer(
    { ...journey.child, given_name: "Hazel", family_name: "Lindqvist", date_of_birth: "2011-04-05" },
    journey.steps[0].fields,
  );
  const press = async (client, page, action, values) => {
    const form = client.form(await client.get(page), action);
    for (const [name, value] of Object.entries(values)) {
      form.fields.set(name, [value]);
    }
    return client.submit(form);
  };
  const path = `/cases/${guarded}`;
  await press(people["team-manager"], `${path}/restrict`, `${path}/restrict`, { what: "restrict", reason: "Her mother is a colleague." });
  await press(people["police-officer"], path, `${path}/break-glass`, { reason: "She is with me, and has nowhere to sleep." });
  await press(people["social-worker"], "/conflict", "/conflict", { reference: store.fresh, reason: "A neighbour's child" });
  store.guarded = path;
  store.review = /\/reviews\/[0-9a-f]{32}/.exec((await people["information-lead"].get("/broken-glass")).html)?.[0];
}

async function draftsOf(nurse) {
  const start = async () => nurse.submit(nurse.form(await nurse.get("/referral/new"), "/referral/new"));
  const empty = await start();
  const draft = /^\/referral\/([^/]+)\//.exec(empty.path)[1];
  // a second one, filled up to where known children are looked for
  let page = await start();
  for (let step = 0; step < 20 && !page.path.endsWith("/possible-matches"); step++) {
    const form = nurse.form(page, "/referral/");
    nurse.fill(form, journey.child, "c-");
    page = await nurse.submit(form, { _go: "on" });
  }
  if (!page.path.endsWith("/possible-matches")) {
    fault("the referral", `no known child is offered: ${page.path}`);
  }
  const matches = page.path;
  const check = matches.replace("possible-matches", "check");
  return { draft, first: empty.path, matches, check, filled: /^\/referral\/([^/]+)\//.exec(matches)[1] };
}

const isFile = (path) => /(\.(csv|json|xlsx)|\/challenge)(\?|$)/.test(path);

function visitsOf(store, drafts) {
  const { open, closed, fresh, contact } = store;
  const of = (who, pattern, ...paths) => paths.map((path) => ({ who, pattern, path }));
  const manager = "duty-manager";
  const entryTypes = [...new Set(journey.steps.map((step) => step.type))].filter((type) => type !== "correction");
  return [
    ...of(null, "/sign-in", "/sign-in"),
    ...of(null, "/signed-out", "/signed-out"),
    ...of(null, "/set-password/{link}", "/set-password/0123456789abcdef"),
    ...of(manager, "/", "/"),
    ...of("school-nurse", "/", "/", "/?saved=draft"),
    ...of(manager, "/duties", "/duties", "/duties?state=met-late", "/duties?state=cancelled&agency=police"),
    ...of(manager, "/duties.csv", "/duties.csv?state=unmet"),
    ...of("school-nurse", "/drafts/{draft}", `/drafts/${drafts.filled}`),
    ...of("school-nurse", "/referral/new", "/referral/new", `/referral/new?case=${open}`),
    ...of("school-nurse", "/referral/{draft}/{page}", drafts.first, drafts.matches, drafts.check),
    ...of("school-nurse", "/cases/{ref}/referred", `/cases/${fresh}/referred`),
    ...of(manager, "/cases/{ref}", ...[open, closed, fresh].map((ref) => `/cases/${ref}`), `/cases/${open}?done=1`),
    ...of(manager, "/cases/{ref}/chronology", `/cases/${open}/chronology`, `/cases/${closed}/chronology?type=referral`),
    ...of(manager, "/cases/{ref}/chronology.csv", `/cases/${open}/chronology.csv`),
    ...of(manager, "/cases/{ref}/plan", `/cases/${closed}/plan`, `/cases/${fresh}/plan`),
    ...of(manager, "/cases/{ref}/meetings", `/cases/${closed}/meetings`, `/cases/${fresh}/meetings`),
    ...of(manager, "/cases/{ref}/people", `/cases/${closed}/people`, `/cases/${fresh}/people`),
    ...of(manager, "/cases/{ref}/child-summary", `/cases/${open}/child-summary`, `/cases/${fresh}/child-summary`),
    ...of(manager, "/cases/{ref}/looks", `/cases/${open}/looks`),
    ...of(manager, "/cases/{ref}/details", `/cases/${open}/details`),
    ...of(manager, "/cases/{ref}/record", `/cases/${open}/record`, `/cases/${closed}/record`),
    ...of(manager, "/cases/{ref}/record/{type}", ...entryTypes.map((type) => `/cases/${open}/record/${type}`)),
    ...of(
      manager,
      "/cases/{ref}/record/{type}",
      ...["", "?screen=other"].map((query) => `/cases/${open}/record/risk-screen${query}`),
    ),
    ...of(manager, "/cases/{ref}/entries/{seq}", `/cases/${open}/entries/1`),
    ...of(manager, "/cases/{ref}/entries/{seq}/correct", `/cases/${open}/entries/1/correct`),
    ...of(manager, "/cases/{ref}/meetings/{seq}/actions", store.actions),
    ...of(
      manager,
      "/cases/{ref}/meetings/arrange",
      `/cases/${open}/meetings/arrange`,
      `/cases/${open}/meetings/arrange?kind=strategy`,
      `/cases/${open}/meetings/arrange?kind=complex-abuse`,
    ),
    ...of(manager, "/cases/{ref}/meetings/{seq}/answers", store.coming?.replace("/hold", "/answers")),
    ...of(manager, "/cases/{ref}/meetings/{seq}/hold", `/cases/${open}/meetings/strategy/hold`, store.coming),
    ...of(manager, "/cases/{ref}/meetings/{seq}/record", store.actions?.replace("/actions", "/record")),
    ...of(manager, "/cases/{ref}/links", `/cases/${open}/links`, `/cases/${closed}/links`),
    ...of(manager, "/find", "/find"),
    ...of(manager, "/directory", "/directory"),
    ...of("administrator", "/directory", "/directory", "/directory?text=nurse&of=health", "/directory?text=nobody"),
    ...of(manager, "/directory/sheet", "/directory/sheet", "/directory/sheet?text=nurse"),
    ...of(manager, "/directory.csv", "/directory.csv"),
    ...of(manager, "/directory.json", "/directory.json"),
    ...of("administrator", "/directory/new", "/directory/new"),
    ...of("administrator", "/directory/contacts/{contact}", contact),
    ...of("administrator", "/directory/contacts/{contact}/change", `${contact}/change`),
    ...of(manager, "/notices", "/notices"),
    ...of("administrator", "/notices/mail", "/notices/mail"),
    ...of("voluntary-worker", "/my-part", "/my-part"),
    ...of("voluntary-worker", "/my-part/{ref}", store.part),
    ...of("voluntary-worker", "/my-part/{ref}/{type}", store.partForm),
    ...of("partnership-analyst", "/figures", "/figures"),
    ...of("team-manager", "/figures", "/figures"),
    ...of("partnership-analyst", "/figures.csv", "/figures.csv"),
    ...of("partnership-analyst", "/figures.xlsx", "/figures.xlsx"),
    ...of(manager, "/records", "/records"),
    ...of(manager, "/new-record/{type}", "/new-record/consultation", "/new-record/outreach-contact"),
    ...of(manager, "/records/{id}", store.record),
    ...of(manager, "/records/{id}/answer", `${store.record}/answer`),
    ...of("team-manager", "/cases/{ref}/move", `/cases/${open}/move`),
    ...of("administrator", "/procedures", "/procedures"),
    ...of(manager, "/procedure", "/procedure"),
    ...of(manager, "/confirm", "/confirm?next=/duties"),
    ...of(manager, "/my-account", "/my-account", "/my-account?ended=one"),
    ...of(manager, "/cases/{ref}/looks.csv", `/cases/${open}/looks.csv`),
    ...of("information-lead", "/looks", "/looks"),
    ...of("information-lead", "/looks.csv", "/looks.csv"),
    ...of("records-officer", "/disposal", ...["due", "under-way", "held", "destroyed"].map((list) => `/disposal?list=${list}`)),
    ...of("records-officer", "/disposal.csv", "/disposal.csv?list=due", "/disposal.csv?list=destroyed"),
    ...of("records-deputy", "/disposal/{record}", store.due, store.proposed, store.held, store.gone),
    ...of(
      "records-deputy",
      "/disposal/{record}/do/{step}",
      `${store.due}/do/propose`,
      `${store.due}/do/hold`,
      `${store.proposed}/do/agree?about=2`,
      `${store.proposed}/do/cancel?about=2`,
      `${store.held}/do/lift?about=2`,
      `${store.proposed}/do/destroy?about=2`,
    ),
    ...of("records-officer", "/requests", "/requests"),
    ...of("records-officer", "/requests/find", "/requests/find"),
    ...of("records-officer", "/requests/new", `/requests/new?case=${open}`),
    ...of("records-officer", "/request/{request}", store.asked, store.answered),
    ...of("records-officer", "/request/{request}/parts", `${store.asked}/parts`, `${store.asked}/parts?show=left-out`),
    ...of("records-officer", "/request/{request}/parts/{key}", `${store.asked}/parts/p.1.given_name`),
    ...of(
      "records-deputy",
      "/request/{request}/do/{step}",
      ...["extend", "close", "prepare", "return?about=2", "release?about=2"].map((step) => `${store.asked}/do/${step}`),
    ),
    ...of("records-deputy", "/request/{request}/document", `${store.asked}/document`, `${store.answered}/document`),
    ...of("records-deputy", "/request/{request}/document.json", `${store.answered}/document.json`),
    ...of("records-deputy", "/disposal/{record}/certificate", `${store.gone}/certificate`),
    ...of("administrator", "/accounts", "/accounts", "/accounts?state=locked&text=nobody"),
    ...of("administrator", "/accounts.csv", "/accounts.csv"),
    ...of("administrator", "/accounts/new", "/accounts/new"),
    ...of("administrator", "/accounts/people/{name}", "/accounts/people/team-manager", "/accounts/people/administrator"),
    ...of("administrator", "/accounts/review", "/accounts/review"),
    // the halves of signing in lead back to its beginning here: passkeys.mjs goes through them
    ...of(null, "/sign-in/second", "/sign-in/second"),
    ...of(null, "/sign-in/set-up", "/sign-in/set-up"),
    ...of(null, "/sign-in/challenge", "/sign-in/challenge"),
    ...of(manager, "/my-account/sign-in", "/my-account/sign-in", "/my-account/sign-in?few=codes"),
    ...of(manager, "/my-account/sign-in/code", "/my-account/sign-in/code"),
    ...of(manager, "/my-account/password", "/my-account/password"),
    ...of(manager, "/my-account/tokens", "/my-account/tokens"),
    ...of("administrator", "/accounts/lost", "/accounts/lost", "/accounts/lost?done=asked"),
    ...of("team-manager", "/cases/{ref}/restrict", `${store.guarded}/restrict`, `/cases/${open}/restrict`),
    ...of("reviewing-officer", "/cases/{ref}/break-glass", store.guarded, `${store.guarded}/break-glass`),
    ...of("police-officer", "/cases/{ref}", store.guarded),
    ...of("social-worker", "/conflict", "/conflict"),
    ...of("information-lead", "/broken-glass", "/broken-glass"),
    ...of("information-lead", "/reviews/{line}", store.review),
    ...of("information-lead", "/unusual-looks", "/unusual-looks"),
    ...of("information-lead", "/unusual-looks.csv", "/unusual-looks.csv"),
    ...of("information-lead", "/", "/"),
    // there is no provider here, and so nobody comes back from one: tests/sso goes through them
    ...of(null, "/sign-in/with/{provider}", "/sign-in/with/none"),
    ...of(null, "/sign-in/from/{provider}", "/sign-in/from/none"),
    ...of(null, "/set-password/{link}/with/{provider}", "/set-password/0123456789abcdef/with/none"),
    ...of(manager, "/confirm/with/{provider}", "/confirm/with/none"),
    ...of(manager, "/signed-in", "/signed-in"),
    // what is not there, and what is not theirs
    ...of(manager, "404", "/no/such/page", "/cases/AAAAAAAAAA"),
    ...of(manager, "403", "/accounts"),
  ];
}

// ---- looking ----

async function lookAt(page, where, title) {
  const found = await faultsOfPage(page);
  found.faults.forEach((text) => fault(where, text));
  if (title && !found.title.startsWith(title)) {
    fault(where, `the title is "${found.title}"`);
  }
}

async function context(browser, width, options = {}) {
  const made = await browser.newContext({ viewport: { width, height: width < 600 ? 844 : 900 }, ...options });
  const page = await made.newPage();
  const state = { where: "" };
  page.on("console", (message) => {
    // a page of an error is a failed load to the console, and nothing else
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) {
      fault(state.where, message.text());
    }
  });
  page.on("pageerror", (error) => fault(state.where, error.message));
  return { page, state, close: () => made.close() };
}

// axe is handed in by the debugger, which the policy of the page would refuse: bypassed for the axe run only, while a
// second pass without axe has the policy as it is served.
async function visitAll(browser, server, visits, width) {
  for (const who of new Set(visits.map((one) => one.who))) {
    const look = await context(browser, width, { bypassCSP: true });
    if (who) {
      await signIn(look.page, server.origin, who, server.password);
    }
    for (const { path } of visits.filter((one) => one.who === who && !isFile(one.path))) {
      look.state.where = `${path} as ${who ?? "nobody"} at ${width}`;
      await look.page.goto(server.origin + path);
      await lookAt(look.page, look.state.where);
    }
    await look.close();
  }
}

async function visitPlainly(browser, server, visits, javaScriptEnabled) {
  for (const who of new Set(visits.map((one) => one.who))) {
    const look = await context(browser, 390, { javaScriptEnabled });
    if (who) {
      await signIn(look.page, server.origin, who, server.password);
    }
    for (const { path } of visits.filter((one) => one.who === who && !isFile(one.path))) {
      look.state.where = `${path} as ${who ?? "nobody"}, scripts ${javaScriptEnabled ? "on" : "off"}`;
      await look.page.goto(server.origin + path);
      if (!(await look.page.locator("h1").first().isVisible())) {
        fault(look.state.where, "no heading is seen");
      }
      const hidden = await look.page.locator("main :is(input, textarea, select):not([type=hidden])").evaluateAll(
        (fields) => fields.filter((field) => field.getClientRects().length === 0).map((field) => field.name),
      );
      if (!javaScriptEnabled && hidden.length > 0) {
        fault(look.state.where, `questions that nobody can reach without a script: ${hidden.join(", ")}`);
      }
    }
    await look.close();
  }
}

// ---- what only a form shows ----

// What is wrong is said on top, and leads to the box that mends it: on this page, or on the page that asks for it.
async function leadsToBoxes(page, origin, where, least) {
  const links = page.locator(".govuk-error-summary a");
  const targets = await links.evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  if (targets.length < least) {
    fault(where, `${targets.length} faults lead to a box: ${targets}`);
  }
  let looked = false;
  for (const target of targets) {
    const [path, id] = target.split("#");
    if (path !== "") {
      await page.goto(origin + path);
    }
    const box = page.locator(`[id="${id}"]`);
    if ((await box.count()) !== 1 || !(await box.isVisible())) {
      fault(where, `the fault leads to ${target}, which is not there`);
    }
    if (path.includes("mend=on")) {
      const beside = page.locator(".govuk-form-group--error", { has: box }).locator(".govuk-error-message");
      if ((await beside.count()) === 0) {
        fault(where, `nothing is said beside ${target}`);
      }
      if (!looked) {
        await lookAt(page, `${where}, to mend ${id}`, "Error: ");
        looked = true;
      }
    }
  }
}

async function visitFaults(browser, server, drafts, store, width) {
  const look = await context(browser, width, { bypassCSP: true });
  const { page, state } = look;
  state.where = `a wrong password at ${width}`;
  await page.goto(`${server.origin}/sign-in`);
  await page.fill("#username", "school-nurse");
  await page.fill("#password", "not the password of anybody");
  await page.click("main button[type=submit]");
  await lookAt(page, state.where, "Error: ");
  await signIn(page, server.origin, "school-nurse", server.password);
  state.where = `a referral page sent empty at ${width}`;
  await page.goto(server.origin + drafts.first);
  await page.click("main button[value=on]");
  await page.waitForSelector(".govuk-error-summary");
  await lookAt(page, state.where, "Error: ");
  const focused = await page.evaluate(() => document.activeElement.className);
  if (!focused.includes("govuk-error-summary")) {
    fault(state.where, `the summary of the faults has not the focus, but "${focused}"`);
  }
  await leadsToBoxes(page, server.origin, state.where, 1);
  state.where = `a referral sent with questions unanswered at ${width}`;
  for (const check of [`/referral/${drafts.draft}/check`, drafts.check]) {
    await page.goto(server.origin + check);
    await page.click("main button[value=on]");
    await page.waitForSelector(".govuk-error-summary");
    await page.click(".govuk-error-summary a");
    await page.waitForSelector(".govuk-error-message");
    await page.goBack();
    await page.waitForSelector(".govuk-error-summary");
    await lookAt(page, state.where, "Error: ");
    await leadsToBoxes(page, server.origin, state.where, 4);
  }
  state.where = `a search at ${width}`;
  await page.goto(`${server.origin}/find`);
  await page.fill("main input[type=search], main input[name=text]", "Keira");
  await page.click("main form button[type=submit]");
  await lookAt(page, state.where);
  await look.close();

  const other = await context(browser, width, { bypassCSP: true });
  await signIn(other.page, server.origin, "duty-manager", server.password);
  other.state.where = `an entry sent empty at ${width}`;
  await other.page.goto(`${server.origin}/cases/${store.open}/record/meeting-arranged`);
  await other.page.click("main button[value=record]");
  await other.page.waitForSelector(".govuk-error-summary");
  await lookAt(other.page, other.state.where, "Error: ");
  for (const path of [`/cases/${store.open}/meetings/strategy/hold`, store.coming]) {
    other.state.where = `${path} finished with nothing written at ${width}`;
    await other.page.goto(server.origin + path);
    await other.page.fill("[name$=a1-action] >> nth=0", "See her twice a week");
    await other.page.click("main button[value=record]");
    await other.page.waitForSelector(".govuk-error-summary");
    await lookAt(other.page, other.state.where, "Error: ");
    await leadsToBoxes(other.page, server.origin, other.state.where, 6);
  }
  other.state.where = `an answer to a question that does not apply any more at ${width}`;
  await other.page.goto(`${server.origin}/cases/${store.open}/record/referral-decision`);
  await other.page.check("input[name=immediate_danger][value=yes]");
  await other.page.fill("textarea[name=immediate_danger_reason]", "He waits for her outside the college");
  await other.page.check("input[name=immediate_danger][value=no]");
  await other.page.click("main button[value=record]");
  await other.page.waitForSelector(".govuk-error-summary a[href='#not-recorded']");
  const told = await other.page.locator("#not-recorded").innerText();
  if (!told.includes("What is the danger, and what is being done now?") || !told.includes("He waits for her outside the college")) {
    fault(other.state.where, `it is not said what will not be recorded: ${told}`);
  }
  await lookAt(other.page, other.state.where, "Error: ");
  await other.close();
}

// With a script, what is typed is a draft soon, and says so; it is found again under My drafts, and gone when the
// form is recorded.
async function keepsDrafts(browser, server, store) {
  const look = await context(browser, 1280);
  const { page, state } = look;
  await signIn(page, server.origin, "duty-manager", server.password);
  for (const [below, answers] of [
    ["record/meeting-arranged", { textarea: "Typed and never sent" }],
    ["details", { "[name=address]": "3 Typed Way" }],
    ["entries/1/correct", { "[name=narrative]": "She has two telephones.", "[name=_reason]": "One was missing" }],
  ]) {
    state.where = `a draft of ${below} kept while it is typed`;
    await page.goto(`${server.origin}/cases/${store.open}/${below}`);
    for (const [name, text] of Object.entries(answers)) {
      await page.locator(`main ${name}`).first().fill(text);
    }
    await page.waitForFunction(() => /Draft saved/.test(document.querySelector(".wm-saved")?.textContent), null, {
      timeout: 15000,
    });
    const draft = await page.inputValue("main input[name=_draft]");
    await page.goto(`${server.origin}/`);
    await page.click(`main a[href='/drafts/${draft}']`);
    await page.click("main a.govuk-button");
    for (const [name, text] of Object.entries(answers)) {
      if ((await page.locator(`main ${name}`).first().inputValue()) !== text) {
        fault(state.where, `what was typed in ${name} is not in the draft`);
      }
    }
    if (below.startsWith("record")) {
      continue;
    }
    await page.click("main button[value=record]");
    await page.waitForURL(`**/cases/${store.open}?*`);
    await page.goto(`${server.origin}/`);
    if ((await page.locator(`main a[href='/drafts/${draft}']`).count()) > 0) {
      fault(state.where, "the draft is still there when it is recorded");
    }
  }
  // sorting: the table says what it is sorted by
  state.where = "sorting a table";
  await page.goto(`${server.origin}/`);
  const button = page.locator("th[aria-sort] button").first();
  await button.click();
  if ((await page.locator("th[aria-sort]").first().getAttribute("aria-sort")) === "none") {
    fault(state.where, "a press of the head sorts nothing");
  }
  await look.close();
}

// Whoever reads the log of looks reads words: a new act that has none is shown there by its code.
async function looksInWords(store) {
  const { html } = await store.people["information-lead"].get("/looks.csv");
  const [heads, ...lines] = html.trim().split("\r\n").map((line) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/));
  for (const head of ["What", "Why"]) {
    const column = heads.findIndex((one) => one.replace(/"/g, "") === head);
    const said = new Set(lines.map((cells) => cells[column]));
    if (said.size < 3) {
      fault("/looks.csv", `${said.size} different words under ${head}`);
    }
    for (const text of said) {
      if (/^"?[A-Z][a-z]+(-[a-z]+)+"?$/.test(text)) {
        fault("/looks.csv", `"${text}" under ${head} is no word for a reader`);
      }
    }
  }
}

// ---- the markup ----

async function checkMarkup(store, server, visits) {
  const documents = [];
  const nobody = new Client(server.origin);
  for (const { who, path } of visits) {
    const page = await (who ? store.people[who] : nobody).get(path);
    const type = page.headers.get("Content-Type");
    if (/\.json(\?|$)/.test(path)) {
      if (page.status !== 200 || type !== "application/json" || !Array.isArray(JSON.parse(page.html).contacts ?? JSON.parse(page.html).parts)) {
        fault(path, `no file: ${page.status} ${type}`);
      }
      continue;
    }
    if (path.endsWith(".xlsx")) {
      if (page.status !== 200 || !type.includes("spreadsheetml") || !page.html.startsWith("PK")) {
        fault(path, `no workbook: ${page.status} ${type}`);
      }
      continue;
    }
    if (path.includes(".csv")) {
      if (page.status !== 200 || !type.startsWith("text/csv") || page.html.split("\r\n").length < (path.includes("unusual") ? 2 : 3)) {
        fault(path, `no file: ${page.status} ${type}`);
      }
      continue;
    }
    if (!/^(200|403|404)$/.test(String(page.status))) {
      fault(path, `status ${page.status}`);
    }
    documents.push([`${path} as ${who ?? "nobody"}`, page.html]);
  }
  await looksInWords(store);
  faultsOfMarkup(documents).forEach(([name, text]) => fault(name, text));
  return documents.length;
}

// ---- all of it ----

const server = await startServer(process.argv[2], 20);
const browser = await openBrowser();
let pages = 0;
try {
  const store = await fillStore(server.origin, server.password);
  const meetings = await store.people["duty-manager"].get(`/cases/${store.closed}/meetings`);
  store.actions = /href="(\/cases\/[^"]+\/meetings\/\d+\/actions)"/.exec(meetings.html)?.[1];
  store.coming = await linkAndArrange(store);
  await outside(store);
  await keeping(store);
  await guarding(store);
  const drafts = await draftsOf(store.people["school-nurse"]);
  const visits = visitsOf(store, drafts);
  for (const pattern of routes()) {
    if (!visits.some((one) => one.pattern === pattern && one.path)) {
      fault(pattern, "this page has no visit here");
    }
  }
  pages = await checkMarkup(store, server, visits);
  // who only looks does so together, for there are two processors
  await Promise.all(widths.map((width) => visitAll(browser, server, visits, width)));
  await Promise.all([true, false].map((scripts) => visitPlainly(browser, server, visits, scripts)));
  for (const width of widths) {
    await visitFaults(browser, server, drafts, store, width);
  }
  await keepsDrafts(browser, server, store);
} finally {
  await browser.close();
  const code = await server.stop();
  if (code !== 0) {
    fault("the server", `ended with ${code}`);
  }
}
console.log(`${pages} pages, ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
