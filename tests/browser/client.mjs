// A person at the forms, without a browser: keeps cookies, follows redirects, reads the fields of a form and sends
// it filled. It goes only where the pages lead, so what it reaches a person reaches too.
import { parse } from "parse5";

function* elements(node) {
  for (const child of node.childNodes ?? []) {
    if (child.tagName) {
      yield child;
    }
    yield* elements(child);
  }
}

const attribute = (node, name) => node.attrs.find((one) => one.name === name)?.value;
const textOf = (node) =>
  node.nodeName === "#text" ? node.value : (node.childNodes ?? []).map(textOf).join("");

const parts = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Europe/London",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

// What is typed into the boxes of a date: a day, or an instant on the clocks of the place.
function typedMoment(value) {
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) {
    const [year, month, day] = value.split("-").map(Number);
    return { day, month, year, time: "" };
  }
  const found = Object.fromEntries(parts.formatToParts(new Date(value)).map((one) => [one.type, one.value]));
  return { day: found.day, month: found.month, year: found.year, time: `${found.hour}:${found.minute}` };
}

export class Client {
  constructor(origin) {
    this.origin = origin;
    this.cookies = new Map();
  }

  async send(path, body) {
    let target = path;
    let form = body;
    for (let hop = 0; hop < 10; hop++) {
      const answer = await fetch(this.origin + target, {
        method: form === undefined ? "GET" : "POST",
        body: form,
        redirect: "manual",
        headers: { Cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ") },
      });
      for (const line of answer.headers.getSetCookie()) {
        const [pair] = line.split(";");
        const at = pair.indexOf("=");
        this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
      }
      if (answer.status !== 303) {
        const html = await answer.text();
        return { status: answer.status, path: target, html, document: parse(html), headers: answer.headers };
      }
      target = answer.headers.get("Location");
      form = undefined;
    }
    throw new Error(`${path}: too many redirects`);
  }

  get(path) {
    return this.send(path);
  }

  // The form of a page that is posted to `action` (or what begins so), and what it holds now.
  form(page, action) {
    for (const form of elements(page.document)) {
      const isOurs = form.tagName === "form" && attribute(form, "method") === "post";
      if (!isOurs || !(attribute(form, "action") ?? "").startsWith(action)) {
        continue;
      }
      const fields = new Map();
      const choices = new Map();
      const offer = (name, value) => value && choices.set(name, [...(choices.get(name) ?? []), value]);
      for (const field of elements(form)) {
        const name = attribute(field, "name");
        const kind = attribute(field, "type");
        if (!name || field.tagName === "button") {
          continue;
        }
        const held = fields.get(name) ?? [];
        if (field.tagName === "textarea") {
          held.push(textOf(field).replace(/^\n/, ""));
        } else if (field.tagName === "select") {
          for (const option of elements(field)) {
            if (option.tagName === "option") {
              offer(name, attribute(option, "value"));
            }
            if (option.tagName === "option" && attribute(option, "selected") !== undefined) {
              held.push(attribute(option, "value"));
            }
          }
        } else if (kind !== "radio" && kind !== "checkbox") {
          held.push(attribute(field, "value") ?? "");
        } else {
          offer(name, attribute(field, "value"));
          if (attribute(field, "checked") !== undefined) {
            held.push(attribute(field, "value"));
          }
        }
        fields.set(name, held);
      }
      return { action: attribute(form, "action"), fields, choices };
    }
    throw new Error(`${page.path} (${page.status}): no form for ${action}`);
  }

  // Fills what the form asks of `values`, whose names carry `prefix` in the form, and sends it.
  fill(form, values, prefix = "") {
    for (const [id, value] of Object.entries(values)) {
      const name = prefix + id;
      if (form.fields.has(`${name}-day`)) {
        for (const [part, text] of Object.entries(typedMoment(value))) {
          if (form.fields.has(`${name}-${part}`)) {
            form.fields.set(`${name}-${part}`, [String(text)]);
          }
        }
      } else if (form.fields.has(name)) {
        const isList = Array.isArray(value);
        const isCodes = isList && value.every((one) => /^[A-Z0-9_a-z-]+$/.test(one));
        form.fields.set(name, isCodes ? value : [isList ? value.join("\n") : String(value)]);
      }
    }
  }

  submit(form, button = {}) {
    const body = new URLSearchParams();
    for (const [name, values] of form.fields) {
      for (const value of values) {
        body.append(name, value);
      }
    }
    for (const [name, value] of Object.entries(button)) {
      body.append(name, value);
    }
    return this.send(form.action, body);
  }

  // Answers what the page says is missing: the last choice, the day given, or a few words.
  answerFaults(page, form, day) {
    for (const name of faultyFields(page)) {
      if (form.fields.has(`${name}-day`)) {
        this.fill(form, { [name]: day });
      } else if (form.choices.has(name)) {
        form.fields.set(name, [form.choices.get(name).at(-1)]);
      } else if (form.fields.has(name)) {
        form.fields.set(name, ["As it was said at the time."]);
      }
    }
  }

  async signIn(username, password) {
    const form = this.form(await this.get("/sign-in"), "/sign-in");
    this.fill(form, { username, password });
    const page = await this.submit(form);
    if (page.status !== 200 || page.path === "/sign-in") {
      throw new Error(`${username} cannot sign in: ${page.status}`);
    }
    return page;
  }

  // Makes a referral page by page; the reference of its case.
  async refer(child, fields) {
    let page = await this.submit(this.form(await this.get("/referral/new"), "/referral/new"));
    for (let step = 0; step < 30; step++) {
      const sent = /^\/cases\/([^/]+)\/referred/.exec(page.path);
      if (sent) {
        return sent[1];
      }
      const form = this.form(page, "/referral/");
      this.fill(form, child, "c-");
      this.fill(form, fields);
      this.fill(form, { same: "none" });
      const before = page.path;
      page = await this.submit(form, { _go: "on" });
      if (page.status !== 200 || page.path === before) {
        throw new Error(`${before}: ${page.status} ${errorsOf(page)}`);
      }
    }
    throw new Error("the referral does not come to an end");
  }

  // `answersAll`: what the page asks for beside `fields` is answered too, with anything.
  async record(reference, type, occurredAt, fields, answersAll = false) {
    const path = `/cases/${reference}/record/${type}`;
    let page = await this.get(path);
    // an answer may bring a question that was not there before
    for (let attempt = 0; attempt < 5 && page.path.startsWith(path); attempt++) {
      const form = this.form(page, path);
      this.fill(form, { occurred_at: occurredAt, ...fields });
      if (attempt > 1 && answersAll) {
        this.answerFaults(page, form, occurredAt);
      }
      page = await this.submit(form, { _go: "record" });
    }
    if (page.status !== 200 || page.path.startsWith(path)) {
      throw new Error(`${path}: ${page.status} ${errorsOf(page)}`);
    }
    return page;
  }
}

function faultyFields(page) {
  for (const node of elements(page.document)) {
    if ((attribute(node, "class") ?? "").includes("govuk-error-summary")) {
      const links = [...elements(node)].map((one) => attribute(one, "href")).filter((href) => href?.startsWith("#"));
      // the link to a date leads to its first input
      return links.map((href) => href.slice(1).replace(/-day$/, ""));
    }
  }
  return [];
}

export function errorsOf(page) {
  for (const node of elements(page.document)) {
    if ((attribute(node, "class") ?? "").includes("govuk-error-summary")) {
      return textOf(node).replace(/\s+/g, " ").trim();
    }
  }
  return "";
}
