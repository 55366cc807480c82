// Every command of the window: its name, what it does, the keys it starts with. What `?`, Settings and
// the palette list is read from here. Which screen acts on a command is not decided here (see
// keyboard.svelte.ts), nor which keys it has now (see keys.svelte.ts).

import type { IconName } from "./icons";
import type { Stroke } from "./strokes";

export type Group = "List" | "Decide" | "Read" | "Go to" | "Window";
export const groups: readonly Group[] = ["List", "Decide", "Read", "Go to", "Window"];

export interface CommandEntry {
  command: string;
  does: string;
  group: Group;
  icon: IconName;
  /** To start with; none for what is found in the palette. */
  strokes: readonly Stroke[];
  /** A held key does it again and again. Without it each press counts once. */
  repeats?: true;
  /** It decides: Backspace and Delete are not for it. */
  decides?: true;
  /** It works while one types; its keys need Ctrl. */
  whileTyping?: true;
  /** It works while a dialog is open. */
  inDialogs?: true;
  /** Its keys stay as they are. */
  fixed?: true;
}

const entries = [
  {
    command: "next",
    does: "Next",
    group: "List",
    icon: "arrow-down",
    strokes: ["j", "ArrowDown"],
    repeats: true,
  },
  {
    command: "previous",
    does: "Previous",
    group: "List",
    icon: "arrow-up",
    strokes: ["k", "ArrowUp"],
    repeats: true,
  },
  { command: "select", does: "Select or leave out", group: "List", icon: "square", strokes: ["x"] },
  {
    command: "extend_next",
    does: "Select on to the next",
    group: "List",
    icon: "list-checks",
    strokes: ["Shift+ArrowDown", "Shift+j"],
    repeats: true,
  },
  {
    command: "extend_previous",
    does: "Select on to the previous",
    group: "List",
    icon: "list-checks",
    strokes: ["Shift+ArrowUp", "Shift+k"],
    repeats: true,
  },
  {
    command: "select_all",
    does: "Select all that match",
    group: "List",
    icon: "list-checks",
    strokes: ["Ctrl+a"],
  },
  {
    command: "open_group",
    does: "Open look-alikes and close them",
    group: "List",
    icon: "chevron-right",
    strokes: ["e"],
  },
  { command: "search", does: "Search", group: "List", icon: "search", strokes: ["/"] },
  { command: "sort", does: "Sort the list…", group: "List", icon: "arrow-down", strokes: ["s"] },
  { command: "similar", does: "Find similar", group: "List", icon: "layers", strokes: ["m"] },

  {
    command: "resolved",
    does: "Resolved",
    group: "Decide",
    icon: "check",
    strokes: ["1"],
    decides: true,
  },
  {
    command: "incorrect",
    does: "Incorrect, not an issue",
    group: "Decide",
    icon: "circle-slash",
    strokes: ["2"],
    decides: true,
  },
  {
    command: "correct",
    does: "Correct, needs a fix",
    group: "Decide",
    icon: "wrench",
    strokes: ["3"],
    decides: true,
  },
  {
    command: "duplicate",
    does: "Duplicate of…",
    group: "Decide",
    icon: "copy",
    strokes: ["4"],
    decides: true,
  },
  {
    command: "snooze",
    does: "Snooze…",
    group: "Decide",
    icon: "clock",
    strokes: ["h"],
    decides: true,
  },
  { command: "note", does: "Note", group: "Decide", icon: "message-square", strokes: ["n"] },
  {
    command: "save_note",
    does: "Save the note and go on",
    group: "Decide",
    icon: "check",
    strokes: ["Ctrl+Enter"],
    whileTyping: true,
    inDialogs: true,
  },
  {
    command: "undo",
    does: "Undo",
    group: "Decide",
    icon: "rotate-ccw",
    strokes: ["z", "Ctrl+z"],
  },
  {
    command: "redo",
    does: "Redo",
    group: "Decide",
    icon: "rotate-cw",
    strokes: ["Shift+z", "Ctrl+Shift+z"],
  },

  {
    command: "instructions",
    does: "Instructions of the version behind it",
    group: "Read",
    icon: "file-text",
    strokes: ["i"],
  },
  { command: "story", does: "This user’s story", group: "Read", icon: "user", strokes: ["u"] },
  { command: "raw", does: "Raw JSON and back", group: "Read", icon: "braces", strokes: ["r"] },
  {
    command: "open_page",
    does: "Open the run on the server",
    group: "Read",
    icon: "external-link",
    strokes: ["o"],
  },
  {
    command: "pin",
    does: "Pin the selection or the comment",
    group: "Read",
    icon: "pin",
    strokes: ["p"],
  },
  {
    command: "find",
    does: "Search in the run",
    group: "Read",
    icon: "search",
    strokes: ["Ctrl+f"],
  },
  {
    command: "focus_view",
    does: "Focus view and back",
    group: "Read",
    icon: "maximize",
    strokes: ["v"],
  },
  {
    command: "previous_change",
    does: "Previous change or hit",
    group: "Read",
    icon: "arrow-up",
    strokes: ["["],
    repeats: true,
  },
  {
    command: "next_change",
    does: "Next change or hit",
    group: "Read",
    icon: "arrow-down",
    strokes: ["]"],
    repeats: true,
  },
  {
    command: "close",
    does: "Out of a field, back one pane",
    group: "Read",
    icon: "arrow-left",
    strokes: ["Escape"],
    fixed: true,
  },

  { command: "go_inbox", does: "Inbox", group: "Go to", icon: "inbox", strokes: ["g i"] },
  { command: "go_trends", does: "Trends", group: "Go to", icon: "chart-line", strokes: ["g t"] },
  { command: "go_users", does: "Users", group: "Go to", icon: "users", strokes: ["g u"] },
  { command: "go_settings", does: "Settings", group: "Go to", icon: "settings", strokes: ["g s"] },

  {
    command: "palette",
    does: "Every command by name",
    group: "Window",
    icon: "search",
    strokes: ["Ctrl+k"],
    whileTyping: true,
  },
  { command: "keys", does: "Keys", group: "Window", icon: "keyboard", strokes: ["?"] },
  {
    command: "zoom_in",
    does: "Larger",
    group: "Window",
    icon: "zoom-in",
    strokes: ["Ctrl++", "Ctrl+="],
    repeats: true,
    whileTyping: true,
    inDialogs: true,
  },
  {
    command: "zoom_out",
    does: "Smaller",
    group: "Window",
    icon: "zoom-out",
    strokes: ["Ctrl+-"],
    repeats: true,
    whileTyping: true,
    inDialogs: true,
  },
  {
    command: "zoom_reset",
    does: "The usual size",
    group: "Window",
    icon: "rotate-ccw",
    strokes: ["Ctrl+0"],
    whileTyping: true,
    inDialogs: true,
  },
  { command: "sync", does: "Sync now", group: "Window", icon: "refresh-cw", strokes: [] },
] as const satisfies readonly CommandEntry[];

export type Command = (typeof entries)[number]["command"];

export const commands: readonly (CommandEntry & { command: Command })[] = entries;

const byName = new Map(commands.map((entry) => [entry.command, entry]));

export function commandEntry(command: Command): CommandEntry & { command: Command } {
  const entry = byName.get(command);
  if (!entry) throw new Error(`no command is called ${command}`);
  return entry;
}
