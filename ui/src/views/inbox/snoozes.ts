// Until when something is put aside: what the menu offers, and how a snooze is told. Times are the
// machine's own; the morning is nine.

import type { SnoozeRequest, SnoozeView } from "../../backend/bindings";
import { clockTime, dayOf, shortDay } from "../../shared/format";

const MORNING = 9;
const EVENING = 18;

export interface SnoozeChoice {
  id: string;
  /** Pressed while the menu is open. */
  key: string;
  label: string;
  fact?: string;
  snooze: SnoozeRequest;
}

/** `days` on from `now`, at a full hour. */
function at(now: number, days: number, hour: number): number {
  const d = new Date(now);
  return new Date(d.getFullYear(), d.getMonth(), d.getDate() + days, hour).getTime();
}

/** This evening; where that is near or over, in three hours, at a full hour. */
function laterToday(now: number): number {
  const evening = at(now, 0, EVENING);
  if (evening - now >= 3_600_000) return evening;
  const d = new Date(now);
  return new Date(d.getFullYear(), d.getMonth(), d.getDate(), d.getHours() + 3).getTime();
}

/** Days to the next Monday, never 0. */
function toMonday(now: number): number {
  return (8 - new Date(now).getDay()) % 7 || 7;
}

export function snoozeChoices(now: number): SnoozeChoice[] {
  const until = (until_ms: number): SnoozeRequest => ({ kind: "until", until_ms });
  const later = laterToday(now);
  const tomorrow = at(now, 1, MORNING);
  const monday = at(now, toMonday(now), MORNING);
  const timed = [
    { id: "later", key: "l", label: "Later today", at: later },
    { id: "tomorrow", key: "t", label: "Tomorrow", at: tomorrow },
    { id: "monday", key: "m", label: "Monday", at: monday },
  ];
  const whens = timed
    .filter(({ id, at }) => id !== "monday" || at !== tomorrow)
    .map(({ id, key, label, at }) => ({
      id,
      key,
      label: id === "later" && dayOf(at) !== dayOf(now) ? "In three hours" : label,
      fact: untilWords(at, now),
      snooze: until(at),
    }));
  return [
    ...whens,
    {
      id: "user",
      key: "u",
      label: "Until this user speaks again",
      snooze: { kind: "user_speaks" },
    },
    { id: "version", key: "v", label: "Until a newer version", snooze: { kind: "newer_version" } },
    {
      id: "alike",
      key: "f",
      label: "Until five more like this",
      snooze: { kind: "five_more_alike" },
    },
  ];
}

/** `18:00` today, `Mon 09:00` in the next six days, else `30 Nov 09:00`. */
export function untilWords(ms: number, now: number): string {
  return dayOf(ms) === dayOf(now) ? clockTime(ms) : `${shortDay(ms, now)} ${clockTime(ms)}`;
}

/** `until Mon 09:00`, `until u-1 speaks`; what a row and the bar say after "Snoozed". */
export function snoozeWords({ kind, until_ms }: SnoozeView, now: number): string {
  switch (kind) {
    case "until":
      return until_ms === null ? "" : `until ${untilWords(until_ms, now)}`;
    case "user_speaks":
      return "until they speak again";
    case "newer_version":
      return "until a newer version";
    case "five_more_alike":
      return "until five more";
  }
}

/** A day and a time as they are typed (`2026-11-30`, `09:00`), in UTC milliseconds; `null` if they are
 * none, or not to come. */
export function pickedTime(day: string, time: string, now: number): number | null {
  const [, y, m, d] = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(day.trim()) ?? [];
  const [, h, min] = /^(\d{1,2}):(\d{2})$/.exec(time.trim()) ?? [];
  if (!y || !m || !d || !h || !min || +h > 23 || +min > 59) return null;
  const date = new Date(+y, +m - 1, +d, +h, +min);
  const isDay = date.getMonth() === +m - 1 && date.getDate() === +d;
  return isDay && date.getTime() > now ? date.getTime() : null;
}
