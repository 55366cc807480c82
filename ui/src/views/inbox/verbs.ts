// What the decision bar offers, and how the toast tells what was done.

import { number, plural } from "../../shared/format";
import type { IconName } from "../../shared/icons";
import type { Command } from "../../shared/keys";
import type { Failure, Said } from "./triage.svelte";

export interface Verb {
  command: Extract<Command, "resolved" | "incorrect" | "correct" | "duplicate" | "snooze" | "note">;
  label: string;
  icon: IconName;
  tone: string;
  /** A line before it. */
  apart?: boolean;
}

export const verbs: readonly Verb[] = [
  { command: "resolved", label: "Resolved", icon: "check", tone: "resolved-mark" },
  { command: "incorrect", label: "Incorrect", icon: "circle-slash", tone: "t3" },
  { command: "correct", label: "Correct, needs fix", icon: "wrench", tone: "needsfix-mark" },
  { command: "duplicate", label: "Duplicate of…", icon: "copy", tone: "t3" },
  { command: "snooze", label: "Snooze", icon: "clock", tone: "snoozed-mark", apart: true },
  { command: "note", label: "Note", icon: "message-square", tone: "t3" },
];

export interface SaidWords {
  text: string;
  icon: IconName;
  /** The way back. */
  way: "undo" | "redo" | null;
}

export function saidWords({ what, count }: Said): SaidWords {
  switch (what) {
    case "decided":
      return { text: `Decided ${number(count)}`, icon: "check-check", way: "undo" };
    case "noted":
      return {
        text: count === 1 ? "Noted" : `Noted ${number(count)}`,
        icon: "message-square",
        way: "undo",
      };
    case "done_again":
      return {
        text: count === 1 ? "Done again" : `Done again ${number(count)}`,
        icon: "check-check",
        way: "undo",
      };
    case "taken_back":
      return {
        text: count === 1 ? "Taken back" : `Taken back ${number(count)}`,
        icon: "rotate-ccw",
        way: "redo",
      };
    case "nothing_back":
      return { text: "Nothing to take back.", icon: "rotate-ccw", way: null };
    case "nothing_again":
      return { text: "Nothing to do again.", icon: "rotate-ccw", way: null };
    case "no_comment":
      return {
        text: "Nothing to compare: this feedback has no comment.",
        icon: "layers",
        way: null,
      };
  }
}

export function failedWords({ what, count }: Failure): string {
  if (what === "decide") {
    return count === 1
      ? "The decision was not kept."
      : `${plural(count, "decision")} were not kept.`;
  }
  if (what === "note") return "The note was not kept.";
  return what === "undo" ? "It was not taken back." : "It was not done again.";
}
