// What comes first in lists of the fake core, and what is like one feedback: some words in common, most of them first.

import type { FeedbackRowView, FilterView } from "../bindings";

function words(row: FeedbackRowView | undefined): string[] {
  const found = row?.comment?.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? [];
  return [...new Set(found)];
}

function shared(row: FeedbackRowView, like: string, all: readonly FeedbackRowView[]): string[] {
  const its = words(row);
  return words(all.find((one) => one.id === like)).filter((word) => its.includes(word));
}

export function isLike(
  row: FeedbackRowView,
  like: string,
  all: readonly FeedbackRowView[],
): boolean {
  return shared(row, like, all).length > 0;
}

/** `matching` as it is listed. */
export function inOrder(
  all: readonly FeedbackRowView[],
  matching: readonly FeedbackRowView[],
  { like, order }: FilterView,
): FeedbackRowView[] {
  if (like === undefined) return [...matching];
  const rows = matching.map((row) => ({
    ...row,
    shares: row.id === like ? [] : shared(row, like, all),
  }));
  if (order === "newest") return rows;
  const rank = (row: FeedbackRowView) => (row.id === like ? Infinity : (row.shares?.length ?? 0));
  return rows.sort((a, b) => rank(b) - rank(a));
}
