// Options made at random, with text as hostile as text gets: the macros and our components must give the same
// tree, and no text may add an element, a comment or an attribute.
//     node random.mjs PROGRAM CASES [SEED] [COMPONENT]    a failure prints the seed of its case
import assert from "node:assert/strict";
import { theirs } from "./macros.mjs";
import { generators } from "./generators.mjs";
import { Ours } from "./ours.mjs";
import { Random } from "./randomness.mjs";
import { skeleton, tree } from "./trees.mjs";

const [program, cases, first = "1", only] = process.argv.slice(2);
const names = Object.keys(generators).filter((name) => only === undefined || name === only);
const ours = new Ours(program);
let failed = 0;
for (let i = 0; i < Number(cases); i++) {
  const seed = Number(first) + i;
  const component = names[i % names.length];
  const options = generators[component](new Random(seed, "hostile"));
  // the same choices, but every text is a plain word
  const plain = generators[component](new Random(seed, "plain"));
  try {
    const html = await ours.write(component, options);
    assert.deepEqual(tree(html), tree(theirs(component, options)));
    assert.deepEqual(skeleton(html), skeleton(await ours.write(component, plain)));
  } catch (error) {
    failed++;
    if (failed <= 5) console.error(`${component}, seed ${seed}\n${JSON.stringify(options)}\n${error.message}\n`);
  }
}
await ours.end();
console.log(`${cases} cases of ${names.length} components from seed ${first}, ${failed} failed`);
process.exitCode = failed === 0 && names.length > 0 && Number(cases) > 0 ? 0 : 1;
