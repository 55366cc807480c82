// What is like one feedback, in the whole window: the list it makes, why each is in it, and the way back.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import App from "../../app/App.svelte";
import { makeFake, type Fake } from "../../backend/fake";
import { marked, sharedSentence } from "./shared";

const NOW = Date.UTC(2026, 10, 23, 14, 2);
let app: Record<string, unknown> | undefined;
let fake: Fake;

async function open(): Promise<void> {
  fake = makeFake(NOW);
  app = mount(App, { target: document.body, props: { backend: fake, now: () => NOW } });
  await settle();
}
async function settle(): Promise<void> {
  for (let i = 0; i < 60; i++) {
    flushSync();
    await Promise.resolve();
  }
  flushSync();
}
async function press(key: string): Promise<void> {
  window.dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true }));
  await settle();
}
function text(id: string): string {
  const found = document.querySelector<HTMLElement>(`[data-testid="${id}"]`);
  if (!found) throw new Error(`nothing on screen is called ${id}`);
  return found instanceof HTMLInputElement ? found.value : (found.textContent ?? "");
}
const rows = () => [...document.querySelectorAll<HTMLElement>('[data-testid="feedback-row"]')];
const selected = () => document.querySelector('[role="option"].on')?.getAttribute("data-id");

beforeEach(() => localStorage.clear());
afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
  document.body.replaceChildren();
});

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
