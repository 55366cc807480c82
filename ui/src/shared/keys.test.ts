import { describe, expect, test } from "vitest";
import { bindings, KeyReader, type Press } from "./keys";

function press(key: string, part: Partial<Press> & { altGr?: boolean } = {}): Press {
  return {
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    isComposing: false,
    getModifierState: () => part.altGr ?? false,
    ...part,
  };
}

describe("a key press", () => {
  test("means its command", () => {
    const keys = new KeyReader();
    expect(keys.read(press("j"), false)).toBe("next");
    expect(keys.read(press("ArrowUp"), false)).toBe("previous");
    expect(keys.read(press("i"), false)).toBe("instructions");
    expect(keys.read(press("?", { shiftKey: true }), false)).toBe("keys");
  });

  test("means nothing while one types, save Esc", () => {
    const keys = new KeyReader();
    expect(keys.read(press("j"), true)).toBeNull();
    expect(keys.read(press("/"), true)).toBeNull();
    expect(keys.read(press("Escape"), true)).toBe("close");
  });

  test("means nothing with Ctrl, Alt or Meta", () => {
    const keys = new KeyReader();
    expect(keys.read(press("j", { ctrlKey: true }), false)).toBeNull();
    expect(keys.read(press("j", { altKey: true }), false)).toBeNull();
    expect(keys.read(press("j", { metaKey: true }), false)).toBeNull();
  });

  test("typed with AltGr is no modified key, also where AltGr arrives as Ctrl and Alt", () => {
    const keys = new KeyReader();
    const bracket = press("[", { ctrlKey: true, altKey: true, altGr: true });
    expect(keys.read(bracket, false)).toBe("previous_change");
    expect(keys.read(press("AltGraph", { altGr: true }), false)).toBeNull();
  });

  test("is another one with Shift, but for signs that need it", () => {
    const keys = new KeyReader();
    expect(keys.read(press("J", { shiftKey: true }), false)).toBeNull();
    expect(keys.read(press("/", { shiftKey: true }), false)).toBe("search");
  });

  test("works with caps lock on", () => {
    expect(new KeyReader().read(press("J"), false)).toBe("next");
  });

  test("of an unfinished composition means nothing", () => {
    expect(new KeyReader().read(press("j", { isComposing: true }), false)).toBeNull();
  });
});

describe("G and a letter", () => {
  test("go to a screen", () => {
    const keys = new KeyReader();
    expect(keys.read(press("g"), false)).toBeNull();
    expect(keys.read(press("t"), false)).toBe("go_trends");
  });

  test("are forgotten after one more key", () => {
    const keys = new KeyReader();
    keys.read(press("g"), false);
    expect(keys.read(press("x"), false)).toBeNull();
    expect(keys.read(press("i"), false)).toBe("instructions");
  });

  test("do not take the letter's own meaning along", () => {
    const keys = new KeyReader();
    keys.read(press("g"), false);
    expect(keys.read(press("j"), false)).toBeNull();
  });
});

test("no key has two meanings", () => {
  const all = bindings.flatMap((b) => b.keys.map((key) => `${b.afterG ? "G " : ""}${key}`));
  expect(new Set(all).size).toBe(all.length);
});
