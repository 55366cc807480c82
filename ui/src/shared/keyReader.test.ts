import { describe, expect, test } from "vitest";
import { makeFake } from "../backend/fake";
import { KeyReader } from "./keyReader";
import { Keys } from "./keys.svelte";
import { press } from "./press";
import type { Press } from "./strokes";

const READING = { typing: false, floating: false };
const TYPING = { typing: true, floating: false };
const FLOATING = { typing: false, floating: true };

function reader(): KeyReader {
  const keys = new Keys(makeFake(0));
  return new KeyReader((stroke) => keys.commandOf(stroke));
}
const read = (key: string, part: Partial<Press> & { altGr?: boolean } = {}, where = READING) =>
  reader().read(press(key, part), where);

describe("a key press", () => {
  test("means its command", () => {
    expect(read("j")).toBe("next");
    expect(read("ArrowUp")).toBe("previous");
    expect(read("1")).toBe("resolved");
    expect(read("?", { shiftKey: true })).toBe("keys");
    expect(read("a", { ctrlKey: true })).toBe("select_all");
    expect(read("k", { ctrlKey: true })).toBe("palette");
  });

  test("means nothing while one types, save Esc, Ctrl K and Ctrl ↵", () => {
    for (const key of ["j", "/", "1", "?", "Backspace", "ArrowDown"]) {
      expect(read(key, {}, TYPING)).toBeNull();
    }
    expect(read("Escape", {}, TYPING)).toBe("close");
    expect(read("k", { ctrlKey: true }, TYPING)).toBe("palette");
    expect(read("Enter", { ctrlKey: true }, TYPING)).toBe("save_note");
  });

  test("leaves a field its own select all and undo", () => {
    expect(read("a", { ctrlKey: true }, TYPING)).toBeNull();
    expect(read("z", { ctrlKey: true }, TYPING)).toBeNull();
  });

  test("means nothing while a dialog is open, save Ctrl ↵", () => {
    for (const key of ["j", "1", "Escape", "?"]) expect(read(key, {}, FLOATING)).toBeNull();
    expect(read("k", { ctrlKey: true }, FLOATING)).toBeNull();
    expect(read("Enter", { ctrlKey: true }, FLOATING)).toBe("save_note");
    const both = { typing: true, floating: true };
    expect(read("Enter", { ctrlKey: true }, both)).toBe("save_note");
    expect(read("Escape", {}, both)).toBeNull();
  });

  test("means nothing with Alt, Meta, or a Ctrl that is not asked for", () => {
    expect(read("j", { ctrlKey: true })).toBeNull();
    expect(read("j", { altKey: true })).toBeNull();
    expect(read("j", { metaKey: true })).toBeNull();
    expect(read("1", { ctrlKey: true })).toBeNull();
  });

  test("typed with AltGr is no modified key, also where AltGr arrives as Ctrl and Alt", () => {
    const part = { ctrlKey: true, altKey: true, altGr: true };
    expect(read("[", part)).toBe("previous_change");
    expect(read("AltGraph", { altGr: true })).toBeNull();
  });

  test("is another one with Shift, but for signs that need it", () => {
    expect(read("Z", { shiftKey: true })).toBe("redo");
    expect(read("I", { shiftKey: true })).toBeNull();
    expect(read("ArrowDown", { shiftKey: true })).toBe("extend_next");
    expect(read("/", { shiftKey: true })).toBe("search");
    expect(read("1", { shiftKey: true })).toBe("resolved");
  });

  test("works with caps lock on", () => {
    expect(read("J")).toBe("next");
    expect(read("z", { shiftKey: true })).toBe("redo");
  });

  test("is found by its place on a keyboard without Latin letters", () => {
    expect(read("о", { code: "KeyJ" })).toBe("next");
    expect(read("я", { code: "KeyZ", ctrlKey: true })).toBe("undo");
  });

  test("of an unfinished composition means nothing", () => {
    expect(read("j", { isComposing: true })).toBeNull();
  });

  test("of Backspace never decides", () => {
    expect(read("Backspace")).toBeNull();
    expect(read("Delete")).toBeNull();
  });
});

describe("a held key", () => {
  test("moves on and on", () => {
    expect(read("j", { repeat: true })).toBe("next");
    expect(read("ArrowDown", { repeat: true, shiftKey: true })).toBe("extend_next");
  });

  test("decides once", () => {
    for (const key of ["1", "2", "3", "4", "h", "z", "n"]) {
      expect(read(key, { repeat: true })).toBeNull();
    }
  });
});

describe("G and a letter", () => {
  test("go to a screen", () => {
    const keys = reader();
    expect(keys.read(press("g"), READING)).toBeNull();
    expect(keys.read(press("t"), READING)).toBe("go_trends");
  });

  test("also when G is held for a while", () => {
    const keys = reader();
    keys.read(press("g"), READING);
    keys.read(press("g", { repeat: true }), READING);
    expect(keys.read(press("t"), READING)).toBe("go_trends");
  });

  test("are forgotten after one more key", () => {
    const keys = reader();
    keys.read(press("g"), READING);
    expect(keys.read(press("x"), READING)).toBeNull();
    expect(keys.read(press("i"), READING)).toBe("instructions");
  });

  test("do not take the letter's own meaning along", () => {
    const keys = reader();
    keys.read(press("g"), READING);
    expect(keys.read(press("j"), READING)).toBeNull();
  });

  test("do not begin in a field", () => {
    const keys = reader();
    keys.read(press("g"), TYPING);
    expect(keys.read(press("i"), READING)).toBe("instructions");
  });
});
