// What a feedback has in common with the one whose like are listed: in words, and to be marked where it stands.

import type { FeedbackRowView, FilterView } from "../../backend/bindings";

/** `shares charged, twice`: what a row says instead of its user. */
export function sharedWords(words: readonly string[]): string {
  return `shares ${words.join(", ")}`;
}

export function sharedSentence(words: readonly string[]): string {
  return `Shares the ${words.length === 1 ? "word" : "words"}: ${words.join(", ")}`;
}

/** What is marked in a feedback, as a search text: the words searched for, or those that are shared. */
export function marked(row: FeedbackRowView, filter: FilterView): string {
  if (filter.text || filter.like === undefined) return filter.text ?? "";
  return (row.shares ?? []).map((word) => `"${word}"`).join(" ");
}
