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

function cut(text: string): string {
  const letters = [...text];
  return letters.length > 40 ? `${letters.slice(0, 39).join("").trimEnd()}…` : text;
}
