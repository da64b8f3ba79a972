// Every fixture of govuk-frontend of every component that we write, against ours.
//     node fixtures.mjs PROGRAM COMPONENT...
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ours } from "./ours.mjs";
import { tree } from "./trees.mjs";

const require = createRequire(import.meta.url);
const [program, ...components] = process.argv.slice(2);
const ours = new Ours(program);
let passed = 0;
let failed = 0;
for (const component of components) {
  const file = require.resolve(`govuk-frontend/dist/govuk/components/${component}/fixtures.json`);
  const { fixtures } = JSON.parse(readFileSync(file, "utf8"));
  assert(fixtures.length > 0, component);
  for (const { name, options, html } of fixtures) {
    try {
      assert.deepEqual(tree(await ours.write(component, options)), tree(html));
      passed++;
    } catch (error) {
      failed++;
      if (failed <= 10) console.error(`${component}: ${name}\n${JSON.stringify(options)}\n${error.message}\n`);
      else console.error(`${component}: ${name}`);
    }
  }
}
await ours.end();
console.log(`${passed} of ${passed + failed} fixtures of ${components.length} components`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
