// How one says that a user changed their mind about a run.

import type { FeedbackRowView } from "../../backend/bindings";
import { plural } from "../../shared/format";

/** `earlier` newest first. `null` where nothing was changed. */
export function changedWords(earlier: readonly FeedbackRowView[]): string | null {
  const first = earlier.at(-1);
  if (!first) return null;
  const times = earlier.length === 1 ? "once" : `${plural(earlier.length, "time")}`;
  const said = first.comment?.replace(/\s+/gu, " ").trim();
  const words = said ? `first said “${cut(said)}”` : `first ${first.outcome}, without a comment`;
  return `changed ${times}, ${words}`;
}

/** The earlier words that the sentence above does not already say in full. */
export function untold(earlier: readonly FeedbackRowView[]): readonly FeedbackRowView[] {
  const first = earlier.at(-1);
  const told = earlier.length === 1 && [...(first?.comment ?? "")].length <= SAID;
  return told ? [] : earlier;
}

/** Letters of the first words that fit into the sentence. */
const SAID = 40;

function cut(text: string): string {
  const letters = [...text];
  return letters.length > SAID
    ? `${letters
        .slice(0, SAID - 1)
        .join("")
        .trimEnd()}…`
    : text;
}
