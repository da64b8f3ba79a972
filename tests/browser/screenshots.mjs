// The pictures of docs/screenshots, made from a demonstration store that is served and thrown away.
//   screenshots.mjs WAYMARK FOLDER
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { openBrowser, signIn } from "./browser.mjs";
import { startServer } from "./serving.mjs";

const [waymark, folder] = process.argv.slice(2);
const server = await startServer(waymark, 60);
const { password } = server;
const browser = await openBrowser();

async function as(who, width, take) {
  const context = await browser.newContext({ viewport: { width, height: width < 600 ? 844 : 860 } });
  const page = await context.newPage();
  await signIn(page, server.origin, who, password);
  await take(page);
  await context.close();
}

mkdirSync(folder, { recursive: true });
const shot = (page, name) => page.screenshot({ path: join(folder, `${name}.png`) });

try {
  let found = null;
  await as("social-worker", 1280, async (page) => {
    await shot(page, "my-work");
    found = await page.locator("main table a[href^='/cases/']").first().getAttribute("href");
    await page.goto(server.origin + found);
    await shot(page, "case");
    await page.goto(`${server.origin}${found}/chronology`);
    await shot(page, "chronology");
    await page.goto(`${server.origin}${found}/record/meeting-arranged`);
    await shot(page, "record-an-entry");
    await page.goto(`${server.origin}/procedure`);
    await shot(page, "procedure");
  });
  await as("social-worker", 390, async (page) => {
    await shot(page, "my-work-narrow");
  });
  await as("duty-manager", 1280, async (page) => {
    await page.goto(`${server.origin}/duties?state=overdue`);
    await shot(page, "duties");
    await page.goto(`${server.origin}/directory`);
    await shot(page, "directory");
  });
  await as("team-manager", 1280, async (page) => {
    await page.goto(`${server.origin}${found}/restrict`);
    await page.fill("#reason", "Her mother works in the same office.");
    await shot(page, "restrict-a-case");
    await page.click("main button:has-text('Restrict the case')");
    await page.goto(`${server.origin}${found}/looks`);
    await shot(page, "who-has-looked");
  });
  // whoever has not recorded on it is refused
  let refused = false;
  for (const who of ["housing-officer", "teacher", "youth-worker", "police-officer"]) {
    await as(who, 1280, async (page) => {
      await page.goto(server.origin + found);
      if (refused || (await page.locator("#reason").count()) === 0) {
        return;
      }
      refused = true;
      await page.fill("#reason", "She is with me, and has nowhere to sleep tonight.");
      await shot(page, "refused");
      await page.click("main button:has-text('Open the record')");
      await page.waitForURL(server.origin + found);
    });
  }
  await as("information-lead", 1280, async (page) => {
    for (const name of ["broken-glass", "unusual-looks", "looks"]) {
      await page.goto(`${server.origin}/${name}`);
      await shot(page, name);
    }
  });
  await as("records-officer", 1280, async (page) => {
    await page.goto(`${server.origin}/disposal`);
    await shot(page, "disposal");
    await page.goto(`${server.origin}/requests`);
    const request = await page.locator("main table a[href^='/request/']").first().getAttribute("href");
    await page.goto(`${server.origin}${request}/parts`);
    await shot(page, "request-parts");
  });
  await as("administrator", 1280, async (page) => {
    for (const [name, path] of [["accounts", ""], ["account", "/people/team-manager"], ["review-of-accounts", "/review"]]) {
      await page.goto(`${server.origin}/accounts${path}`);
      await shot(page, name);
    }
  });
  await as("social-worker", 1280, async (page) => {
    await page.goto(`${server.origin}/my-account/sign-in`);
    await shot(page, "how-you-sign-in");
  });
  await as("school-nurse", 1280, async (page) => {
    await page.goto(`${server.origin}/referral/new`);
    await page.click("main button");
    await page.waitForURL(/referral\/[^/]+\/.+/);
    await shot(page, "referral");
  });
} finally {
  await browser.close();
  await server.stop();
}
