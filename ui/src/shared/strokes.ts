// A stroke is what one presses for a command, written down: `j`, `Shift+z`, `Ctrl+Enter`, or `g i` for
// one after the other. Reading presses, showing strokes, and which ones cannot be taken.

export type Stroke = string;

/** What a key press tells; the part of `KeyboardEvent` that matters. */
export interface Press {
  key: string;
  /** The key's place, as in `KeyJ`. */
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  isComposing: boolean;
  /** The key is held. */
  repeat: boolean;
  /** AltGr types characters such as `[` on many keyboards: it is no modifier. */
  getModifierState(name: "AltGraph"): boolean;
}

/** Pressed before another key. */
export const FIRST: Stroke = "g";

const SILENT = ["Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "Dead", "Process"];

/** The stroke of one press; `null` for modifiers alone, and for what belongs to the system. */
export function strokeOf(press: Press): Stroke | null {
  if (press.isComposing || SILENT.includes(press.key)) return null;
  // Windows reports AltGr as Ctrl and Alt together.
  const altGr = press.getModifierState("AltGraph");
  if (press.metaKey || (press.altKey && !altGr)) return null;
  const ctrl = press.ctrlKey && !altGr;
  const key = keyOf(press);
  // A capital is another key than the letter. A sign is the same however it is typed.
  const shift = press.shiftKey && (key.length > 1 || isLetter(key));
  return `${ctrl ? "Ctrl+" : ""}${shift ? "Shift+" : ""}${key}`;
}

function keyOf({ key, code }: Press): string {
  if (key === " ") return "Space";
  if ([...key].length > 1) return key;
  const letter = key.toLowerCase();
  // A keyboard without Latin letters: the letter that is printed there on others.
  const place = /^Key([A-Z])$/.exec(code)?.[1];
  return letter > "\u007f" && isLetter(letter) && place ? place.toLowerCase() : letter;
}

const isLetter = (key: string) => key.toLowerCase() !== key.toUpperCase();

const SIGNS: Record<string, string> = {
  ArrowDown: "↓",
  ArrowUp: "↑",
  ArrowLeft: "←",
  ArrowRight: "→",
  Enter: "↵",
  Escape: "Esc",
  Backspace: "⌫",
  Delete: "Del",
  PageUp: "Page ↑",
  PageDown: "Page ↓",
};

/** The boxes a stroke is shown in: `Ctrl` `K`, `⇧Z`, `G` `I`. */
export function boxes(stroke: Stroke): string[] {
  if (stroke.startsWith(`${FIRST} `)) return stroke.split(" ").map((key) => key.toUpperCase());
  const { ctrl, shift, key } = parts(stroke);
  const shown = `${shift ? "⇧" : ""}${SIGNS[key] ?? (key.length === 1 ? key.toUpperCase() : key)}`;
  return ctrl ? ["Ctrl", shown] : [shown];
}

/** In a sentence: `Ctrl K`. */
export function words(stroke: Stroke): string {
  return boxes(stroke).join(" ");
}

/** For `aria-keyshortcuts`, which knows no keys one after the other. */
export function shortcuts(strokes: readonly Stroke[]): string | undefined {
  const told = strokes
    .filter((stroke) => !stroke.includes(" "))
    .map((stroke) => {
      const { ctrl, shift, key } = parts(stroke);
      const named =
        key === "+" ? "plus" : isLetter(key) && key.length === 1 ? key.toUpperCase() : key;
      return `${ctrl ? "Control+" : ""}${shift ? "Shift+" : ""}${named}`;
    });
  return told.length > 0 ? told.join(" ") : undefined;
}

interface Parts {
  ctrl: boolean;
  shift: boolean;
  key: string;
}

function parts(stroke: Stroke): Parts {
  const [, ctrl, shift, key] = /^(Ctrl\+)?(Shift\+)?(.+)$/su.exec(stroke) ?? [];
  return { ctrl: ctrl !== undefined, shift: shift !== undefined, key: key ?? stroke };
}

/** What is asked of a command's keys; see `CommandEntry`. */
export interface Wants {
  decides?: true;
  whileTyping?: true;
}

/** Why no command, or not this one, can have the stroke, as a sentence; `null` where it can. */
export function reserved(stroke: Stroke, wants: Wants): string | null {
  const { ctrl, shift, key } = parts(stroke);
  if (key === "Tab") return "Tab goes from one control to the next.";
  if (key === "Escape") return "Esc always goes back.";
  if (!ctrl && (key === "Enter" || key === "Space")) {
    return `${key} presses the button one is at.`;
  }
  if (ctrl && !shift && ["c", "v", "x"].includes(key)) {
    return `${words(stroke)} copies and pastes.`;
  }
  if (stroke === FIRST) return "G begins other keys: press another one after it.";
  if (wants.decides && !ctrl && (key === "Backspace" || key === "Delete")) {
    return `${key} never decides.`;
  }
  if (wants.whileTyping && !ctrl) return "It works while one types, so it needs Ctrl.";
  return null;
}
