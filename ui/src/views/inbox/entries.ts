// The list as it is drawn: feedback rows under the headings of their days.

import type { FeedbackRowView } from "../../backend/bindings";
import { dayHeading, dayOf } from "../../shared/format";

export type Entry =
  | { kind: "day"; key: string; label: string; count: number | null }
  | { kind: "row"; key: string; row: FeedbackRowView; index: number };

export const ROW_PX = 56;
export const DAY_PX = 28;

/** Which rows belong together, and what stands above them. */
export interface Headings {
  /** The same for rows of one heading. */
  keyOf(row: FeedbackRowView): string;
  labelOf(row: FeedbackRowView): string;
}

/** `rows` in the order given, under the heading of each. The count of the last one is `null` while more rows may
 * belong to it. Rows that are `under` another one stay with it, whatever their heading, and are not counted. */
export function headedEntries(
  rows: readonly FeedbackRowView[],
  headings: Headings,
  whole: boolean,
  under: (id: string) => boolean = () => false,
): Entry[] {
  const entries: Entry[] = [];
  const seen = new Set<string>();
  let heading: Extract<Entry, { kind: "day" }> | null = null;
  let at: string | null = null;
  rows.forEach((row, index) => {
    if (heading === null || !under(row.id)) {
      const key = headings.keyOf(row);
      if (heading === null || key !== at) {
        at = key;
        // One that comes twice, as where rows moved while they were read, is no reason to fail.
        const unique = seen.has(key) ? `${key}-${row.id}` : key;
        heading = { kind: "day", key: unique, label: headings.labelOf(row), count: 0 };
        seen.add(key);
        entries.push(heading);
      }
      heading.count = (heading.count ?? 0) + 1;
    }
    entries.push({ kind: "row", key: row.id, row, index });
  });
  const last = entries.findLast((entry) => entry.kind === "day");
  if (last?.kind === "day" && !whole) last.count = null;
  return entries;
}

/** The days that rows were said on. */
export function daysUntil(now: number): Headings {
  return {
    keyOf: (row) => `day-${dayOf(row.created_at_ms)}`,
    labelOf: (row) => dayHeading(row.created_at_ms, now),
  };
}

/** `rows` best match first: days mean nothing in that order. */
export function rankedEntries(rows: readonly FeedbackRowView[]): Entry[] {
  return rows.map((row, index) => ({ kind: "row", key: row.id, row, index }));
}

/** In pixels. */
export function heightOf(entry: Entry): number {
  return entry.kind === "day" ? DAY_PX : ROW_PX;
}
