// Instructions of the fake core, with a plain word diff (the real one is made in Rust).

import type { Handlers } from "../fake";
import type { DiffSpanView, PromptView } from "../bindings";
import type { World } from "./world";

export function instructionsCommands(world: World): Pick<Handlers, "get_instructions"> {
  return {
    get_instructions: ({ agent, version, against }) => {
      const known = world.versions.get(agent) ?? [];
      const at = known.findIndex((v) => v.summary.id === version);
      const chosen = known[at];
      if (!chosen) throw world.notFound("This version is not in the cache.");
      const other =
        against === undefined ? known[at - 1] : known.find((v) => v.summary.id === against);
      const spans = other ? diff(textOf(other.prompt), textOf(chosen.prompt)) : [];
      return {
        version: chosen,
        versions: known.map((v) => v.summary).reverse(),
        against: other?.summary ?? null,
        diff: other
          ? {
              spans,
              added_words: count(spans, "added"),
              removed_words: count(spans, "removed"),
            }
          : null,
      };
    },
  };
}

function count(spans: DiffSpanView[], kind: DiffSpanView["kind"]): number {
  return spans
    .filter((s) => s.kind === kind)
    .reduce((n, s) => n + s.text.split(/\s+/).filter(Boolean).length, 0);
}

function textOf(prompt: PromptView): string {
  if (prompt.kind === "instructions") return prompt.text;
  return prompt.messages
    .flatMap((m) => m.parts.map((p) => (p.kind === "text" ? p.text : "")))
    .join("\n\n");
}

/** Longest common subsequence over words; short texts only. */
function diff(before: string, after: string): DiffSpanView[] {
  const a = before.split(/(\s+)/);
  const b = after.split(/(\s+)/);
  const length = Array.from({ length: a.length + 1 }, () =>
    new Array<number>(b.length + 1).fill(0),
  );
  const get = (i: number, j: number) => length[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = length[i];
      if (row)
        row[j] = a[i] === b[j] ? get(i + 1, j + 1) + 1 : Math.max(get(i + 1, j), get(i, j + 1));
    }
  }
  const spans: DiffSpanView[] = [];
  const push = (kind: DiffSpanView["kind"], text: string) => {
    const last = spans.at(-1);
    if (last?.kind === kind) last.text += text;
    else spans.push({ kind, text });
  };
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      push("same", a[i] ?? "");
      i++;
      j++;
    } else if (i < a.length && (j === b.length || get(i + 1, j) >= get(i, j + 1))) {
      push("removed", a[i++] ?? "");
    } else {
      push("added", b[j++] ?? "");
    }
  }
  return spans;
}
