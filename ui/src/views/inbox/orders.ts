// What a list can be sorted by, in words, and the headings it then has.

import type { FeedbackRowView, FilterView, OrderView } from "../../backend/bindings";
import type { Entry } from "./entries";
import { isRanked } from "./filter";

/** The order a filter's list is in. */
export function orderOf(filter: FilterView): OrderView {
  if (isRanked(filter)) return "best";
  return filter.order === undefined || filter.order === "best" ? "newest" : filter.order;
}

/** The orders there are for a filter, as it is: what is best needs something to go by. */
export function ordersFor({ text, like }: FilterView): OrderView[] {
  const best: OrderView[] = text || like !== undefined ? ["best"] : [];
  return [...best, "newest", "oldest", "user", "version"];
}

export function orderWords(order: OrderView, { like }: FilterView): string {
  const words: Record<OrderView, string> = {
    best: like === undefined ? "best match first" : "most alike first",
    newest: "newest first",
    oldest: "oldest first",
    user: "by user",
    version: "by version",
  };
  return words[order];
}

/** `rows` in the order of their users or versions, under the heading of each. The count of the last one is `null` while
 * more rows may belong to it. Rows that are `under` another one stay with it, and are not counted. */
export function partEntries(
  rows: readonly FeedbackRowView[],
  order: "user" | "version",
  whole: boolean,
  under: (id: string) => boolean = () => false,
): Entry[] {
  const entries: Entry[] = [];
  let heading: Extract<Entry, { kind: "day" }> | null = null;
  rows.forEach((row, index) => {
    if (heading !== null && under(row.id)) {
      entries.push({ kind: "row", key: row.id, row, index });
      return;
    }
    const label = order === "user" ? (row.user ?? "No user id") : versionOf(row);
    // One that comes twice, as where a version became known meanwhile, is no reason to fail.
    if (heading?.label !== label) {
      heading = { kind: "day", key: `part-${row.id}`, label, count: 0 };
      entries.push(heading);
    }
    heading.count = (heading.count ?? 0) + 1;
    entries.push({ kind: "row", key: row.id, row, index });
  });
  const last = entries.findLast((entry) => entry.kind === "day");
  if (last?.kind === "day" && !whole) last.count = null;
  return entries;
}

function versionOf({ agent, version_label: label }: FeedbackRowView): string {
  return label === null ? `${agent}, version not known` : `${agent} ${label}`;
}
