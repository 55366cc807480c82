// A prompt cut into the pieces one paints: words, template variables, and the changes of a diff.

import type { DiffSpanView } from "../../backend/bindings";

export interface Piece {
  text: string;
  /** `{{…}}` or `{%…%}`, what the server fills in for each run. */
  variable: boolean;
}

export function piecesOf(text: string): Piece[] {
  return text
    .split(/(\{\{[^{}]*\}\}|\{%[^{}]*%\})/u)
    .map((piece, i) => ({ text: piece, variable: i % 2 === 1 }))
    .filter((piece) => piece.text !== "");
}

export interface PaintedSpan extends DiffSpanView {
  /** Which change it belongs to, from 0; `null` for words that stayed. */
  change: number | null;
}

/** Numbers the changes: what was removed and what came in its place count as one, also with
 * nothing but blanks of one line between them. */
export function painted(spans: readonly DiffSpanView[]): PaintedSpan[] {
  let change = -1;
  let open = false;
  return spans.flatMap(bare).map((span) => {
    if (span.kind === "same") {
      if (!/^[^\S\n]*$/u.test(span.text)) open = false;
      return { ...span, change: null };
    }
    if (!open) change += 1;
    open = true;
    return { ...span, change };
  });
}

/** Blanks at the ends of a change are not painted: only words are. */
function bare(span: DiffSpanView): DiffSpanView[] {
  if (span.kind === "same") return [span];
  const [, before = "", words = "", after = ""] = /^(\s*)(.*?)(\s*)$/su.exec(span.text) ?? [];
  if (words === "") return span.kind === "removed" ? [] : [{ kind: "same", text: span.text }];
  const blank = (text: string): DiffSpanView[] => (text === "" ? [] : [{ kind: "same", text }]);
  return [...blank(before), { kind: span.kind, text: words }, ...blank(after)];
}

export function changesIn(spans: readonly PaintedSpan[]): number {
  return 1 + Math.max(-1, ...spans.map((span) => span.change ?? -1));
}

/** The change after (`step` 1) or before (−1) `at`, round and round. `at` −1: none yet. */
export function nextChange(at: number, step: 1 | -1, count: number): number {
  if (count === 0) return -1;
  if (at < 0) return step === 1 ? 0 : count - 1;
  return (at + step + count) % count;
}
