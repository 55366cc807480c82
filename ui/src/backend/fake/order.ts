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

/** Newest first to begin with. */
function sorted(rows: readonly FeedbackRowView[], order: FilterView["order"]): FeedbackRowView[] {
  const by = (key: (row: FeedbackRowView) => string) =>
    rows.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
  if (order === "oldest") return rows.toReversed();
  if (order === "user") return by((row) => (row.user === null ? "1" : `0${row.user}`));
  // Here all versions have numbers below 10.
  if (order === "version") {
    return by(({ agent, version_label: label }) => {
      const [major = 0, minor = 0] = (label ?? "").split(".").map(Number);
      return `${agent} ${String(99 - (major || 0)).padStart(3, "0")}${99 - (minor || 0)}`;
    });
  }
  return [...rows];
}

/** `matching` as it is listed. */
export function inOrder(
  all: readonly FeedbackRowView[],
  matching: readonly FeedbackRowView[],
  { like, order }: FilterView,
): FeedbackRowView[] {
  if (like === undefined) return sorted(matching, order);
  const rows = matching.map((row) => ({
    ...row,
    shares: row.id === like ? [] : shared(row, like, all),
  }));
  if (order !== undefined && order !== "best") return sorted(rows, order);
  const rank = (row: FeedbackRowView) => (row.id === like ? Infinity : (row.shares?.length ?? 0));
  return rows.sort((a, b) => rank(b) - rank(a));
}
