// Writes src/shared/icons.ts: the few Lucide icons the window uses, as shapes.
// Run `node scripts/icons.mjs` after adding a name.
import { createRequire } from "node:module";
import { writeFileSync } from "node:fs";

const nodes = createRequire(import.meta.url)("lucide-static/icon-nodes.json");
const names = `
arrow-down arrow-down-wide-narrow arrow-left arrow-up bookmark bot calendar check check-check chevron-down
chevron-left chevron-right chevrons-up-down circle-alert circle-check circle-slash circle-x clock
cloud cloud-off copy database diamond download ellipsis external-link eye eye-off file file-question-mark file-text
folder funnel funnel-x git-compare rotate-ccw house image inbox info key-round keyboard
layers list-checks list-filter message-square message-square-text minus moon panel-left plug plus pin
refresh-cw search server settings sun table-2 tag thumbs-down thumbs-up trash triangle-alert user users
wrench x chart-line monitor play square braces maximize rotate-cw link zoom-in zoom-out
`
  .trim()
  .split(/\s+/);

/** @type {Record<string, unknown>} */
const shapes = {};
/** @type {string[]} */
const missing = [];
for (const name of names) {
  if (nodes[name]) shapes[name] = nodes[name];
  else missing.push(name);
}
if (missing.length > 0) throw new Error(`Lucide has no icon named ${missing.join(", ")}`);

const lines = Object.entries(shapes).map(
  ([name, shape]) => `  ${JSON.stringify(name)}: ${JSON.stringify(shape)},`,
);
writeFileSync(
  new URL("../src/shared/icons.ts", import.meta.url),
  `// Shapes of the Lucide icons in use (ISC licence). Written by scripts/icons.mjs; do not edit.
export type Shape = [tag: string, attributes: Record<string, string>];

export const icons = {
${lines.join("\n")}
} satisfies Record<string, Shape[]>;

export type IconName = keyof typeof icons;
`,
);
