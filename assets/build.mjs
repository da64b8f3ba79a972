// Builds assets/dist: one style sheet, the scripts, the icon and the licences of what is in them, each under a
// name that holds a hash of what it holds, and the manifest by which the server finds them.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import * as sass from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const modules = join(root, "node_modules");
const target = join(here, "dist");
const fresh = join(here, "dist.new");

rmSync(fresh, { recursive: true, force: true });
mkdirSync(fresh, { recursive: true });
const manifest = [];

function put(name, bytes) {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  const ending = extname(name);
  const file = `${name.slice(0, -ending.length)}.${hash}${ending}`;
  writeFileSync(join(fresh, file), bytes);
  manifest.push(`${name} ${file}`);
}

function script(name) {
  const built = buildSync({
    entryPoints: [join(here, "js", name)],
    bundle: true,
    minify: true,
    write: false,
    format: name === "begin.js" ? "iife" : "esm",
    target: ["chrome100", "firefox100", "safari15"],
    legalComments: "none",
    logLevel: "warning",
    alias: { "govuk-frontend": join(modules, "govuk-frontend/dist/govuk/all.mjs") },
  });
  put(name, Buffer.from(built.outputFiles[0].contents));
}

const style = sass.compile(join(here, "scss/waymark.scss"), {
  loadPaths: [modules, root, join(here, "scss")],
  style: "compressed",
  quietDeps: true,
});
for (const forbidden of ["GDS Transport", "#1d70b8", "#005ea5", "url("]) {
  if (style.css.includes(forbidden)) {
    throw new Error(`the style sheet holds ${forbidden}, which is not ours to use`);
  }
}
put("waymark.css", style.css);
script("begin.js");
script("waymark.js");
put("favicon.svg", readFileSync(join(here, "favicon.svg")));

// The packages name their licence and ship no text of it; the texts are kept here, from their repositories.
let licences = "What these files are made of, beside Waymark itself.\n";
for (const [name, text] of [
  ["govuk-frontend", "govuk-frontend.txt"],
  ["@ministryofjustice/frontend", "moj-frontend.txt"],
]) {
  const { version, license } = JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8"));
  if (license !== "MIT") {
    throw new Error(`${name} ${version} is under ${license} now: look at assets/licences`);
  }
  licences += `\n${name} ${version}\n\n${readFileSync(join(here, "licences", text), "utf8")}`;
}
put("licences.txt", licences);

writeFileSync(join(fresh, "manifest.txt"), `${manifest.join("\n")}\n`);
rmSync(target, { recursive: true, force: true });
renameSync(fresh, target);
