// What is like one feedback, in the whole window: the list it makes, why each is in it, and the way back.
import { describe, expect, test } from "vitest";
import { marked, sharedSentence } from "./shared";
import { fake, freshWindows, one, open, press } from "../../app/onScreen";

function text(id: string): string {
  const found = one(id);
  return found instanceof HTMLInputElement ? found.value : (found.textContent ?? "");
}
const rows = () => [...document.querySelectorAll<HTMLElement>('[data-testid="feedback-row"]')];
const selected = () => document.querySelector('[role="option"].on')?.getAttribute("data-id");

freshWindows();

describe("find similar", () => {
  test("lists what is like the open one, itself the first, with the words they share", async () => {
    await open();
    await press("m");
    expect(text("filter-text")).toBe("like:fb-0300");
    expect(selected()).toBe("fb-0300");
    expect(rows()[0]?.dataset["id"]).toBe("fb-0300");
    expect(rows().length).toBeGreaterThan(1);
    expect(rows()[1]?.textContent).toMatch(/shares \S+/);
    expect(text("list-state")).toContain("most alike first");
    expect(document.querySelectorAll(".day")).toHaveLength(0);
  });

  test("goes back to where one was with Esc, and with the key that came there", async () => {
    await open();
    const before = rows().map((row) => row.dataset["id"]);
    for (const back of ["Escape", "m"]) {
      await press("m");
      expect(rows().map((row) => row.dataset["id"])).not.toEqual(before);
      await press(back);
      expect(text("filter-text")).toBe("");
      expect(rows().map((row) => row.dataset["id"])).toEqual(before);
      expect(selected()).toBe("fb-0300");
    }
  });

  test("from another one in that list asks anew, and Esc still goes back to the beginning", async () => {
    await open();
    await press("m");
    await press("j");
    const next = selected();
    await press("m");
    expect(text("filter-text")).toBe(`like:${next}`);
    await press("Escape");
    expect(text("filter-text")).toBe("");
  });

  test("says in place that a feedback without a comment cannot be compared", async () => {
    await open();
    const silent = fake.world.rows.find((r) => r.comment === null && r.outcome === "negative");
    while (selected() !== silent?.id) await press("j");
    await press("m");
    expect(text("filter-text")).toBe("");
    expect(text("undo-toast")).toContain("Nothing to compare: this feedback has no comment.");
  });
});

describe("what is shared", () => {
  test("is told in a sentence and marked word by word", () => {
    expect(sharedSentence(["charged"])).toBe("Shares the word: charged");
    expect(sharedSentence(["charged", "twice"])).toBe("Shares the words: charged, twice");
    const row = { shares: ["charged", "twice"] } as never;
    expect(marked(row, { like: "fb-1" })).toBe('"charged" "twice"');
    expect(marked(row, { like: "fb-1", text: "late" })).toBe("late");
    expect(marked(row, {})).toBe("");
  });
});
