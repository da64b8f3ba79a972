// The macros of the design systems, run by Nunjucks as their own builds run them.
import { createRequire } from "node:module";
import { dirname } from "node:path";
import nunjucks from "nunjucks";

const require = createRequire(import.meta.url);
const root = (file, levels) => {
  let path = require.resolve(file);
  for (let i = 0; i < levels; i++) path = dirname(path);
  return path;
};
const environment = nunjucks.configure(
  [
    root("govuk-frontend/package.json", 1) + "/dist",
    root("@ministryofjustice/frontend/package.json", 1),
  ],
  { autoescape: true, trimBlocks: true, lstripBlocks: true },
);
// How a time is worded is ours to say: the options of the test give the words as the type.
environment.addFilter("mojDate", (timestamp, type) => type);

function macro(component) {
  const moj = component.startsWith("moj-");
  const folder = moj ? component.slice("moj-".length) : component;
  const name =
    (moj ? "moj" : "govuk") + folder.split("-").map((word) => word[0].toUpperCase() + word.slice(1)).join("");
  const path = `${moj ? "moj" : "govuk"}/components/${folder}/macro.njk`;
  return nunjucks.compile(`{% from "${path}" import ${name} %}{{ ${name}(options) }}`, environment);
}

const compiled = new Map();
export function theirs(component, options) {
  if (!compiled.has(component)) compiled.set(component, macro(component));
  return compiled.get(component).render({ options });
}
