// How a decision made here is told: what, by whom, when, and how far it got.

import type { DecisionActView, DecisionView, FeedbackRowView } from "../../backend/bindings";
import { sentenceTime } from "../../shared/format";
import type { IconName } from "../../shared/icons";
import { snoozeWords } from "./snoozes";

export const acts: Record<
  DecisionActView,
  { label: string; icon: IconName; tone: "needsfix" | "resolved" | "snoozed" | "t3" }
> = {
  correct: { label: "Needs fix", icon: "wrench", tone: "needsfix" },
  resolved: { label: "Resolved", icon: "check", tone: "resolved" },
  incorrect: { label: "Incorrect", icon: "circle-slash", tone: "t3" },
  duplicate: { label: "Duplicate", icon: "copy", tone: "t3" },
  snoozed: { label: "Snoozed", icon: "clock", tone: "snoozed" },
  note: { label: "Noted", icon: "message-square-text", tone: "t3" },
  woke: { label: "Back from snooze", icon: "clock", tone: "snoozed" },
  undo: { label: "Taken back", icon: "rotate-ccw", tone: "t3" },
  unknown: { label: "Decided by a newer Upshot", icon: "info", tone: "t3" },
};

/** What counts on a row: `Needs fix`, `Snoozed until Mon 09:00`, `Duplicate of another`. */
export function actWords(act: DecisionActView, row: FeedbackRowView, now: number): string {
  if (act === "duplicate") return "Duplicate of another";
  const { label } = acts[act];
  return row.snoozed ? `${label} ${snoozeWords(row.snoozed, now)}` : label;
}

/** `14:02`, where nobody did it. */
export function whenWords({ at_ms }: DecisionView, now: number): string {
  return sentenceTime(at_ms, now);
}

/** `by ines, 14:02` */
export function whoWords({ who, at_ms }: DecisionView, now: number): string {
  return `by ${who}, ${sentenceTime(at_ms, now)}`;
}

/** How far it got on its way to the server; `null` where nothing of it is for the server. */
export function pushWords({ push }: DecisionView, now: number): string | null {
  if (!push) return null;
  if (push.state === "sent" && push.sent_at_ms !== null) {
    return `Sent to the server ${sentenceTime(push.sent_at_ms, now)}.`;
  }
  return push.text;
}
