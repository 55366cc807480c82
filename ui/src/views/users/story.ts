// How one user's story is laid out in time: a date where a day begins, the time of day for what
// follows on it, and which entries can be opened. The words of the story come from the core.

import type { FeedbackRowView, StoryEntryView } from "../../backend/bindings";
import { clockTime, dayOf, shortDate } from "../../shared/format";

export interface StoryItem {
  key: string;
  at_ms: number;
  /** As in "Sat 28 Nov"; on the same day "14:02", and nothing for a version. */
  when: string;
  entry: StoryEntryView;
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;

/** Keeps the core's order, newest first. */
export function storyItems(entries: StoryEntryView[], now: number): StoryItem[] {
  return entries.map((entry, index) => {
    const at_ms = timeOf(entry);
    const before = entries[index - 1];
    const sameDay = before !== undefined && dayOf(timeOf(before)) === dayOf(at_ms);
    return { key: keyOf(entry), at_ms, when: whenWords(entry, at_ms, now, sameDay), entry };
  });
}

function whenWords(entry: StoryEntryView, at_ms: number, now: number, sameDay: boolean): string {
  if (sameDay) return entry.kind === "version" ? "" : clockTime(at_ms);
  const date = shortDate(at_ms, now);
  return entry.kind === "version" ? date : `${DAYS[new Date(at_ms).getDay()]} ${date}`;
}

export function timeOf(entry: StoryEntryView): number {
  return entry.kind === "feedback" ? entry.row.created_at_ms : entry.at_ms;
}

function keyOf(entry: StoryEntryView): string {
  if (entry.kind === "feedback") return `feedback ${entry.row.id}`;
  return `version ${entry.agent} ${entry.label} ${entry.mark} ${entry.at_ms}`;
}

/** The next entry that can be opened, from `at` in the direction of `step`; stays at the ends. */
export function nextFeedback(items: StoryItem[], at: number, step: 1 | -1): number {
  for (let i = at + step; i >= 0 && i < items.length; i += step) {
    if (items[i]?.entry.kind === "feedback") return i;
  }
  return at;
}

/** As in "11:44" on the day of the later words, else "22 Nov 11:44". */
export function beforeWords(earlier: FeedbackRowView, later: FeedbackRowView, now: number): string {
  const time = clockTime(earlier.created_at_ms);
  if (dayOf(earlier.created_at_ms) === dayOf(later.created_at_ms)) return time;
  return `${shortDate(earlier.created_at_ms, now)} ${time}`;
}
