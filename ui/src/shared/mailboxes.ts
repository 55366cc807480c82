// The mailboxes of the inbox: what they are called, in which order, with which icon. The rules who
// belongs where are the core's.

import type { Mailbox } from "../backend/bindings";
import type { IconName } from "./icons";

export interface MailboxEntry {
  name: Mailbox;
  label: string;
  icon: IconName;
  /** A number beside it asks for attention; archives have none. */
  counted: boolean;
}

export const mailboxes: readonly MailboxEntry[] = [
  { name: "negative_open", label: "Negative · open", icon: "thumbs-down", counted: true },
  { name: "all_open", label: "All open", icon: "inbox", counted: true },
  { name: "needs_fix", label: "Needs fix", icon: "wrench", counted: true },
  { name: "snoozed", label: "Snoozed", icon: "clock", counted: true },
  { name: "decided", label: "Decided", icon: "check", counted: false },
  {
    name: "positive_with_comment",
    label: "Positive with comment",
    icon: "message-square-text",
    counted: true,
  },
  { name: "everything", label: "Everything", icon: "layers", counted: false },
];

export function mailboxLabel(name: Mailbox): string {
  return mailboxes.find((m) => m.name === name)?.label ?? name;
}
