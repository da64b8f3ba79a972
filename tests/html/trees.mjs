// HTML as a tree that two ways of writing the same page share: attributes sorted, runs of white space made one
// space but kept, and kept exactly where they mean something.
import { parseFragment } from "parse5";

const exact = new Set(["textarea", "pre"]);

// The macros indent their output, and with it the second line of any attribute.
const unindented = (value) => value.replace(/\n +/g, "\n");

function node(from, kept) {
  if (from.nodeName === "#text") {
    return kept ? from.value : from.value.replace(/[ \t\n\r\f]+/g, " ");
  }
  if (from.nodeName === "#comment") {
    return { comment: from.data };
  }
  const name = from.nodeName;
  const attributes = from.attrs
    .map(({ name, value }) => [name, name === "class" ? value.trim().replace(/\s+/g, " ") : unindented(value)])
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return { name, attributes, inside: inside(from, kept || exact.has(name)) };
}

function inside(from, kept) {
  return from.childNodes.map((child) => node(child, kept));
}

// White space around the whole is of who writes it next to something, not of the component.
export function tree(html) {
  const nodes = inside(parseFragment(html), false);
  while (nodes.length > 0 && nodes[0] === " ") nodes.shift();
  while (nodes.length > 0 && nodes.at(-1) === " ") nodes.pop();
  if (typeof nodes[0] === "string") nodes[0] = nodes[0].trimStart();
  if (typeof nodes.at(-1) === "string") nodes[nodes.length - 1] = nodes.at(-1).trimEnd();
  return nodes;
}

// The names of all elements, comments and attributes, in their order: what no text may change.
export function skeleton(html) {
  const names = [];
  (function walk(nodes) {
    for (const one of nodes) {
      if (typeof one === "string") continue;
      names.push(one.comment === undefined ? one.name : "#comment");
      if (one.comment === undefined) {
        names.push(...one.attributes.map(([name]) => `@${name}`));
        walk(one.inside);
      }
    }
  })(tree(html));
  return names;
}
