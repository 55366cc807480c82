// What decisions, and with them the server's annotations, are called on screen, and their icons and
// colours. The server calls a complaint that needs a fix "correct": the user is right.

import type { DecisionKindView, FeedbackRowView } from "../backend/bindings";
import type { IconName } from "./icons";

export const annotations: Record<
  DecisionKindView,
  { label: string; icon: IconName; tone: "needsfix" | "resolved" | "snoozed" | "t3" }
> = {
  correct: { label: "Needs fix", icon: "wrench", tone: "needsfix" },
  resolved: { label: "Resolved", icon: "check", tone: "resolved" },
  incorrect: { label: "Incorrect", icon: "circle-slash", tone: "t3" },
  duplicate: { label: "Duplicate", icon: "copy", tone: "t3" },
  snoozed: { label: "Snoozed", icon: "clock", tone: "snoozed" },
};

/** What counts of a feedback: what was decided here, or taken back here, goes before what the server has. */
export function standing(row: FeedbackRowView): DecisionKindView | null {
  return row.decision ?? (row.is_reopened ? null : row.annotation);
}
