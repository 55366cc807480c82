import { flushSync } from "svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Palette, type PaletteEntry, type Search } from "./palette.svelte";

const entry = (label: string, part: Partial<PaletteEntry> = {}): PaletteEntry => ({
  id: label,
  group: "Commands",
  label,
  icon: "search",
  run: () => undefined,
  ...part,
});
const user = (id: string) => entry(id, { group: "Users", data: true });
const undo = entry("Undo");
const raw = entry("Raw JSON and back", { also: "source" });
const snooze = entry("Snooze…", { off: true, fact: "not on this screen" });
const inbox = entry("Inbox", { group: "Go to" });
const agent = entry("support-chat", { group: "Agents and versions", data: true });

/** What is listed, as `Group: label, label`. */
function listed(palette: Palette): string[] {
  flushSync();
  return palette.groups.map(
    ({ group, found }) => `${group}: ${found.map((f) => f.label).join(", ")}`,
  );
}
function opened(entries: PaletteEntry[], ...searches: Search[]): Palette {
  const palette = new Palette([() => entries], searches, localStorage);
  palette.open();
  return palette;
}

beforeEach(() => {
  localStorage.clear();
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe("with nothing typed", () => {
  test("what can be done here is listed, and no data", () => {
    expect(listed(opened([undo, snooze, agent, inbox]))).toEqual([
      "Commands: Undo",
      "Go to: Inbox",
    ]);
  });

  test("what was done last stands first, once", () => {
    const palette = opened([undo, raw, inbox]);
    palette.remember(undo);
    palette.remember(inbox);
    palette.open();
    expect(listed(palette)).toEqual(["Recent: Inbox, Undo", "Commands: Raw JSON and back"]);
  });

  test("what was done last is known after a restart, but for the connection's data", () => {
    const palette = opened([undo, agent]);
    palette.remember(undo);
    palette.remember(agent);
    expect(listed(palette)[0]).toBe("Recent: support-chat, Undo");
    expect(JSON.stringify(localStorage)).not.toContain("support-chat");
    expect(listed(opened([undo, raw]))[0]).toBe("Recent: Undo");
  });

  test("what was found by typing is not written down either", async () => {
    const palette = opened([undo], async () => [user("u-7")]);
    palette.type("u-7");
    await vi.advanceTimersByTimeAsync(200);
    const found = palette.active;
    if (!found) throw new Error("u-7 is found");
    palette.remember(found);
    expect(JSON.stringify(localStorage)).not.toContain("u-7");
  });

  test("a damaged memory is none", () => {
    localStorage.setItem("palette", "{[");
    expect(listed(opened([undo]))).toEqual(["Commands: Undo"]);
  });
});

describe("typed words", () => {
  test("find by name, by other words, and what cannot be done here last", () => {
    const palette = opened([snooze, undo, raw, entry("Snooze all")]);
    palette.type("snooze");
    expect(listed(palette)).toEqual(["Commands: Snooze all, Snooze…"]);
    palette.type("source");
    expect(listed(palette)).toEqual(["Commands: Raw JSON and back"]);
  });

  test("put the group with the best match first", () => {
    const palette = opened([entry("Raw in a box"), inbox]);
    palette.type("in");
    expect(listed(palette)).toEqual(["Go to: Inbox", "Commands: Raw in a box"]);
  });

  test("that nothing is called leave nothing to do", () => {
    const palette = opened([undo]);
    palette.type("qqq");
    expect(palette.count).toBe(0);
    expect(palette.active).toBeNull();
    palette.move(1);
    expect(palette.active).toBeNull();
  });
});

describe("a search in the cache", () => {
  test("waits until one pauses, and asks once", async () => {
    const asked: string[] = [];
    const palette = opened([], async (typed) => (asked.push(typed), [user("u-20417")]));
    for (const text of ["u", "u-", "u-2"]) palette.type(text);
    expect(asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(asked).toEqual(["u-2"]);
    expect(listed(palette)).toEqual(["Users: u-20417"]);
  });

  test("whose answer comes late is thrown away", async () => {
    const slow: Search = (typed) =>
      new Promise((done) => setTimeout(() => done([user(`u-${typed}`)]), typed === "1" ? 900 : 10));
    const palette = opened([], slow);
    palette.type("1");
    await vi.advanceTimersByTimeAsync(200);
    palette.type("12");
    await vi.advanceTimersByTimeAsync(2_000);
    expect(listed(palette)).toEqual(["Users: u-12"]);
  });

  test("that comes after the palette was closed and opened again changes nothing", async () => {
    const palette = opened([undo], async (typed) => [user(`u-${typed}`)]);
    palette.type("1");
    palette.close();
    palette.open();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(listed(palette)).toEqual(["Commands: Undo"]);
  });

  test("does not move the choice away from under Enter", async () => {
    const late = new Promise<PaletteEntry[]>((done) => setTimeout(() => done([agent]), 50));
    const palette = new Palette([() => [entry("Ask support")], () => late], [], localStorage);
    palette.open();
    palette.type("supp");
    expect(palette.active?.label).toBe("Ask support");
    await vi.advanceTimersByTimeAsync(200);
    expect(listed(palette)).toEqual(["Agents and versions: support-chat", "Commands: Ask support"]);
    expect(palette.active?.label).toBe("Ask support");
  });

  test("that fails leaves the rest as it is", async () => {
    const broken = () => Promise.reject(new Error("no cache"));
    const palette = new Palette([() => [undo], broken], [broken], localStorage);
    palette.open();
    palette.type("un");
    await vi.advanceTimersByTimeAsync(200);
    expect(listed(palette)).toEqual(["Commands: Undo"]);
  });
});

test("the choice goes round, and starts at the first for other words", () => {
  const palette = opened([undo, raw, inbox]);
  palette.move(-1);
  expect(palette.active?.label).toBe("Inbox");
  palette.move(1);
  expect(palette.active?.label).toBe("Undo");
  palette.move(1);
  palette.type("u");
  expect(palette.active?.label).toBe("Undo");
});
