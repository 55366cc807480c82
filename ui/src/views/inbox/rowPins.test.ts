// A row tells that something is pinned to its feedback, from the moment it is.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, expect, test } from "vitest";
import App from "../../app/App.svelte";
import { makeFake, type Fake } from "../../backend/fake";

const NOW = Date.UTC(2026, 10, 23, 14, 2);
let app: Record<string, unknown> | undefined;
let fake: Fake;

async function settle(): Promise<void> {
  for (let i = 0; i < 60; i++) {
    flushSync();
    await Promise.resolve();
  }
  flushSync();
}
async function press(key: string, more: KeyboardEventInit = {}): Promise<void> {
  const target = document.activeElement ?? document.body;
  target.dispatchEvent(
    new KeyboardEvent("keydown", { key, cancelable: true, bubbles: true, ...more }),
  );
  await settle();
}
const told = (id: string) =>
  document.querySelector(`[data-id="${id}"] [data-testid="row-pins"]`)?.textContent?.trim();

beforeEach(async () => {
  localStorage.clear();
  fake = makeFake(NOW);
  app = mount(App, { target: document.body, props: { backend: fake, now: () => NOW } });
  await settle();
});
afterEach(async () => {
  if (app) await unmount(app);
  document.body.replaceChildren();
});

test("pins are counted in their row, which knows at once of one more", async () => {
  expect(told("fb-0300")).toBe("With 1 pin.");
  expect(told("fb-0299")).toBeUndefined();
  await press("p");
  const editor = document.querySelector<HTMLElement>('[data-testid="pin-editor"]');
  expect(editor).not.toBeNull();
  await press("Enter", { ctrlKey: true });
  expect(told("fb-0300")).toBe("With 2 pins.");
});
