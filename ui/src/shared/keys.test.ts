import { describe, expect, test } from "vitest";
import { makeFake, type Fake } from "../backend/fake";
import { commands } from "./keys";
import { Keys } from "./keys.svelte";
import { boxes, reserved, shortcuts } from "./strokes";

async function loaded(changed: Record<string, string[]> = {}): Promise<[Keys, Fake]> {
  const fake = makeFake(0, { keys: changed });
  const keys = new Keys(fake);
  await keys.load();
  return [keys, fake];
}

describe("the keys one starts with", () => {
  test("have one meaning each", () => {
    const all = commands.flatMap((entry) => entry.strokes);
    expect(new Set(all).size).toBe(all.length);
  });

  test("are ones that could be chosen", () => {
    for (const entry of commands.filter((c) => !c.fixed)) {
      for (const stroke of entry.strokes) expect(reserved(stroke, entry)).toBeNull();
    }
  });
});

describe("a changed key", () => {
  test("does its command, and the old one nothing", async () => {
    const [keys] = await loaded();
    await keys.set("next", ["w"]);
    expect(keys.commandOf("w")).toBe("next");
    expect(keys.commandOf("j")).toBeNull();
    expect(keys.isChanged("next")).toBe(true);
  });

  test("is there after a restart", async () => {
    const [keys, fake] = await loaded();
    await keys.set("next", ["w", "g n"]);
    const again = new Keys(fake);
    await again.load();
    expect(again.of("next")).toEqual(["w", "g n"]);
  });

  test("can be taken away altogether", async () => {
    const [keys] = await loaded();
    await keys.set("raw", []);
    expect(keys.of("raw")).toEqual([]);
    expect(keys.commandOf("r")).toBeNull();
  });

  test("that another command has is refused with that command's name", async () => {
    const [keys] = await loaded();
    expect(keys.refusal("raw", "j")).toBe("J is “Next”.");
    expect(keys.refusal("raw", "Ctrl+z")).toBe("Ctrl Z is “Undo”.");
    expect(keys.refusal("raw", "g i")).toBe("G I is “Inbox”.");
    expect(keys.refusal("next", "j")).toBeNull();
  });

  test("is free again once its command has another", async () => {
    const [keys] = await loaded();
    await keys.set("next", ["w"]);
    expect(keys.refusal("raw", "j")).toBeNull();
  });

  test("goes back to the one it started with, one or all", async () => {
    const [keys] = await loaded();
    await keys.set("next", ["w"]);
    await keys.set("raw", ["q"]);
    await keys.set("next", null);
    expect(keys.of("next")).toEqual(["j", "ArrowDown"]);
    expect(keys.of("raw")).toEqual(["q"]);
    await keys.resetAll();
    expect(keys.of("raw")).toEqual(["r"]);
    expect(keys.changed).toBe(false);
  });

  test("does not go back while another command has the old one", async () => {
    const [keys] = await loaded();
    await keys.set("next", ["w"]);
    await keys.set("raw", ["j"]);
    expect(keys.refusalToReset("next")).toBe("J is “Raw JSON and back”.");
  });
});

describe("keys kept by another Upshot", () => {
  test("stay as they are for commands that are not known here", async () => {
    const [keys, fake] = await loaded({ of_tomorrow: ["q"], next: ["w"] });
    expect(keys.commandOf("q")).toBeNull();
    await keys.resetAll();
    expect(fake.world.keys).toEqual({ of_tomorrow: ["q"] });
  });

  test("go before the key a newer command starts with", async () => {
    const [keys] = await loaded({ next: ["m"] });
    expect(keys.commandOf("m")).toBe("next");
    expect(keys.of("similar")).toEqual([]);
  });

  test("never give one key two meanings", async () => {
    const [keys] = await loaded({ next: ["w"], previous: ["w", "q"] });
    expect(keys.of("next")).toEqual(["w"]);
    expect(keys.of("previous")).toEqual(["q"]);
  });

  test("do not break what cannot be changed", async () => {
    const [keys] = await loaded({ close: [], resolved: ["Backspace", "w"] });
    expect(keys.commandOf("Escape")).toBe("close");
    expect(keys.of("resolved")).toEqual(["w"]);
  });
});

describe("keys that cannot be taken", () => {
  test("are those of the window itself", () => {
    for (const stroke of ["Tab", "Shift+Tab", "Escape", "Enter", "Shift+Enter", "Space", "g"]) {
      expect(reserved(stroke, {})).not.toBeNull();
    }
    expect(reserved("Ctrl+c", {})).toBe("Ctrl C copies and pastes.");
    expect(reserved("Ctrl+Enter", {})).toBeNull();
  });

  test("are Backspace and Delete, to decide", () => {
    expect(reserved("Backspace", { decides: true })).toBe("Backspace never decides.");
    expect(reserved("Delete", { decides: true })).toBe("Delete never decides.");
    expect(reserved("Backspace", {})).toBeNull();
  });

  test("are plain ones, for what works while one types", () => {
    expect(reserved("p", { whileTyping: true })).not.toBeNull();
    expect(reserved("g p", { whileTyping: true })).not.toBeNull();
    expect(reserved("Ctrl+p", { whileTyping: true })).toBeNull();
  });
});

test("keys are shown as they are printed, and told as a screen reader wants them", () => {
  expect(boxes("Shift+z")).toEqual(["⇧Z"]);
  expect(boxes("Ctrl+Enter")).toEqual(["Ctrl", "↵"]);
  expect(boxes("g i")).toEqual(["G", "I"]);
  expect(boxes("Shift+ArrowDown")).toEqual(["⇧↓"]);
  expect(boxes("Ctrl++")).toEqual(["Ctrl", "+"]);
  expect(shortcuts(["z", "Ctrl+z", "g i"])).toBe("Z Control+Z");
  expect(shortcuts(["g i"])).toBeUndefined();
});
