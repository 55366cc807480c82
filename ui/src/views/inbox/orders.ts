// What a list can be sorted by, in words, and the headings it then has.

import type { FeedbackRowView, FilterView, OrderView } from "../../backend/bindings";
import type { Headings } from "./entries";
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

/** The users or the versions that a list is sorted by. */
export function partsOf(order: "user" | "version"): Headings {
  const labelOf = order === "user" ? userOf : versionOf;
  return { keyOf: (row) => `part-${labelOf(row)}`, labelOf };
}

function userOf({ user }: FeedbackRowView): string {
  return user ?? "No user id";
}

function versionOf({ agent, version_label: label }: FeedbackRowView): string {
  return label === null ? `${agent}, version not known` : `${agent} ${label}`;
}
