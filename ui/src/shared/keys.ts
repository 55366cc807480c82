// The keys of the window in one place: what `?` shows and what a key press means.
// Which screen acts on a command is not decided here (see keyboard.svelte.ts).

export type Command =
  | "next"
  | "previous"
  | "search"
  | "instructions"
  | "story"
  | "raw"
  | "next_change"
  | "previous_change"
  | "close"
  | "go_inbox"
  | "go_trends"
  | "go_users"
  | "go_settings"
  | "keys";

export interface Binding {
  command: Command;
  /** As shown; alternatives apart by a blank, `G I` is one after the other. */
  shown: readonly string[];
  /** `KeyboardEvent.key`, letters in lower case. */
  keys: readonly string[];
  /** Pressed after `G`. */
  afterG?: boolean;
  does: string;
  group: "Inbox" | "Detail" | "Go to" | "Window";
}

export const bindings: readonly Binding[] = [
  { command: "next", shown: ["J", "↓"], keys: ["j", "ArrowDown"], does: "Next", group: "Inbox" },
  {
    command: "previous",
    shown: ["K", "↑"],
    keys: ["k", "ArrowUp"],
    does: "Previous",
    group: "Inbox",
  },
  { command: "search", shown: ["/"], keys: ["/"], does: "Search", group: "Inbox" },
  {
    command: "instructions",
    shown: ["I"],
    keys: ["i"],
    does: "Instructions of the version behind it",
    group: "Detail",
  },
  { command: "story", shown: ["U"], keys: ["u"], does: "This user’s story", group: "Detail" },
  { command: "raw", shown: ["R"], keys: ["r"], does: "Raw JSON and back", group: "Detail" },
  {
    command: "previous_change",
    shown: ["["],
    keys: ["["],
    does: "Previous change in the instructions",
    group: "Detail",
  },
  {
    command: "next_change",
    shown: ["]"],
    keys: ["]"],
    does: "Next change in the instructions",
    group: "Detail",
  },
  {
    command: "close",
    shown: ["Esc"],
    keys: ["Escape"],
    does: "Out of a field, back one pane",
    group: "Detail",
  },
  {
    command: "go_inbox",
    shown: ["G I"],
    keys: ["i"],
    afterG: true,
    does: "Inbox",
    group: "Go to",
  },
  {
    command: "go_trends",
    shown: ["G T"],
    keys: ["t"],
    afterG: true,
    does: "Trends",
    group: "Go to",
  },
  { command: "go_users", shown: ["G U"], keys: ["u"], afterG: true, does: "Users", group: "Go to" },
  {
    command: "go_settings",
    shown: ["G S"],
    keys: ["s"],
    afterG: true,
    does: "Settings",
    group: "Go to",
  },
  { command: "keys", shown: ["?"], keys: ["?"], does: "These keys", group: "Window" },
];

/** What a key press tells; the part of `KeyboardEvent` that matters. */
export interface Press {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  isComposing: boolean;
  /** AltGr types characters such as `[` on many keyboards: it is no modifier. */
  getModifierState(name: "AltGraph"): boolean;
}

/** Reads presses one after the other; `G` waits for the next one. */
export class KeyReader {
  private afterG = false;

  /** The command of this press, or `null`. `typing` is whether the focus is in a field. */
  read(press: Press, typing: boolean): Command | null {
    if (press.isComposing) return null;
    if (press.key === "Shift" || press.key === "AltGraph") return null;
    const afterG = this.afterG;
    this.afterG = false;
    if (typing) return press.key === "Escape" && !modified(press) ? "close" : null;
    if (modified(press)) return null;
    const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
    // A capital is another key than the letter: ⇧Z is not Z.
    if (press.shiftKey && /^[a-z]$/.test(key)) return null;
    if (afterG) return find(key, true);
    if (key === "g") {
      this.afterG = true;
      return null;
    }
    return find(key, false);
  }
}

function find(key: string, afterG: boolean): Command | null {
  const found = bindings.find((b) => (b.afterG ?? false) === afterG && b.keys.includes(key));
  return found?.command ?? null;
}

function modified(press: Press): boolean {
  // Windows reports AltGr as Ctrl and Alt together.
  if (press.getModifierState("AltGraph")) return press.metaKey;
  return press.ctrlKey || press.metaKey || press.altKey;
}

/** Whether keys go into this element as text. */
export function isField(element: Element | null): boolean {
  if (!(element instanceof HTMLElement)) return false;
  if (element.isContentEditable || element instanceof HTMLTextAreaElement) return true;
  if (element instanceof HTMLSelectElement) return true;
  return (
    element instanceof HTMLInputElement &&
    !["button", "checkbox", "radio", "range", "submit"].includes(element.type)
  );
}

/** Whether a dialog or menu is open: then no key does anything below it. */
export function floats(root: ParentNode): boolean {
  return (
    root.querySelector(
      '[role="dialog"], [role="alertdialog"], [role="menu"], [data-floats="open"]',
    ) !== null
  );
}
