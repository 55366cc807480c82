// Look-alikes of the fake core: the same words in a comment, or the same user on the same version without one.

import type { FeedbackRowView } from "../bindings";

/** What makes rows alike; `null`: the row stands alone. */
function key(row: FeedbackRowView): string | null {
  const whose = `${row.outcome} ${row.agent}`;
  if (row.comment === null) return row.user && `${whose} user ${row.version} ${row.user}`;
  const words = row.comment.toLowerCase().match(/[\p{L}\p{N}]+/gu);
  return `${whose} words ${words ? [...new Set(words)].sort().join(" ") : row.comment}`;
}

/** The rows of what is alike to one of them, itself included. */
export function alikeTo(row: FeedbackRowView, rows: FeedbackRowView[]): FeedbackRowView[] {
  const its = key(row);
  return its === null ? [row] : rows.filter((other) => key(other) === its);
}

/** One row, the first, for all that is alike. */
export function collapsed(rows: FeedbackRowView[]): FeedbackRowView[] {
  const groups = new Map<string, FeedbackRowView[]>();
  for (const row of rows) {
    const its = key(row) ?? row.id;
    groups.set(its, [...(groups.get(its) ?? []), row]);
  }
  return [...groups.values()].map((group) => {
    const [row] = group as [FeedbackRowView, ...FeedbackRowView[]];
    if (group.length < 2) return row;
    const users = new Set(group.flatMap((one) => one.user ?? []));
    const why = row.comment === null ? "same_user" : "same_words";
    return { ...row, alike: { count: group.length, users: users.size, why } };
  });
}
