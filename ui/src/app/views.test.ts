// Saved views in the whole window: kept from the filter, listed among the mailboxes, opened, given up.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { makeFake } from "../backend/fake";
import App from "./App.svelte";

const NOW = Date.UTC(2026, 10, 23, 14, 2);
let app: Record<string, unknown> | undefined;

async function settle(): Promise<void> {
  for (let i = 0; i < 60; i++) {
    flushSync();
    await Promise.resolve();
  }
  flushSync();
}
function all(id: string): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(`[data-testid="${id}"]`)];
}
function one(id: string): HTMLElement {
  const [found] = all(id);
  if (!found) throw new Error(`nothing on screen is called ${id}`);
  return found;
}
async function click(id: string): Promise<void> {
  one(id).click();
  await settle();
}
async function type(id: string, text: string): Promise<void> {
  const field = one(id) as HTMLInputElement;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await settle();
}

beforeEach(async () => {
  localStorage.clear();
  app = mount(App, { target: document.body, props: { backend: makeFake(NOW), now: () => NOW } });
  await settle();
});
afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
  document.body.replaceChildren();
});

test("a filter is kept under a name that one can type at once, and opened again", async () => {
  await click("mailbox-everything");
  one("filter-text").focus();
  await type("filter-text", "agent:refund-check");
  await click("save-view");
  await vi.waitFor(() => expect(document.activeElement).toBe(one("view-name")));
  await type("view-name", "Refunds");
  one("view-name").closest("form")?.requestSubmit();
  await settle();
  expect(one("view").textContent).toContain("Refunds");
  expect(one("view").getAttribute("aria-current")).toBe("page");
  await click("mailbox-negative_open");
  expect((one("filter-text") as HTMLInputElement).value).toBe("");
  await click("view");
  expect((one("filter-text") as HTMLInputElement).value).toBe("agent:refund-check");
  expect(one("view").getAttribute("aria-current")).toBe("page");
});
