// The list as it is drawn: feedback rows under the headings of their days.

import type { FeedbackRowView } from "../../backend/bindings";
import { dayHeading, dayOf } from "../../shared/format";

export type Entry =
  | { kind: "day"; key: string; label: string; count: number | null }
  | { kind: "row"; key: string; row: FeedbackRowView; index: number };

export const ROW_PX = 56;
export const DAY_PX = 28;

/** `rows` newest first. The count of the last day is `null` while more rows may belong to it. Rows that
 * are `under` another one stay with it, whatever their day, and are not counted. */
export function entriesOf(
  rows: readonly FeedbackRowView[],
  now: number,
  whole: boolean,
  under: (id: string) => boolean = () => false,
): Entry[] {
  const entries: Entry[] = [];
  let heading: Extract<Entry, { kind: "day" }> | null = null;
  let day = Number.NaN;
  const days = new Set<number>();
  rows.forEach((row, index) => {
    if (heading !== null && under(row.id)) {
      entries.push({ kind: "row", key: row.id, row, index });
      return;
    }
    const its = dayOf(row.created_at_ms);
    if (its !== day || heading === null) {
      day = its;
      heading = {
        kind: "day",
        // A day that comes twice, as where rows moved while they were read, is no reason to fail.
        key: days.has(its) ? `day-${its}-${row.id}` : `day-${its}`,
        label: dayHeading(row.created_at_ms, now),
        count: 0,
      };
      days.add(its);
      entries.push(heading);
    }
    heading.count = (heading.count ?? 0) + 1;
    entries.push({ kind: "row", key: row.id, row, index });
  });
  const last = entries.findLast((entry) => entry.kind === "day");
  if (last?.kind === "day" && !whole) last.count = null;
  return entries;
}

/** `rows` best match first: days mean nothing in that order. */
export function rankedEntries(rows: readonly FeedbackRowView[]): Entry[] {
  return rows.map((row, index) => ({ kind: "row", key: row.id, row, index }));
}

/** In pixels. */
export function heightOf(entry: Entry): number {
  return entry.kind === "day" ? DAY_PX : ROW_PX;
}
