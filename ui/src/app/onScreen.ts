// For tests: the whole window on the fake core, and what stands on the page, found by its `data-testid`.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach } from "vitest";
import { drawn } from "../shared/afterFrame";
import { makeFake, type Fake } from "../backend/fake";
import App from "./App.svelte";

export const NOW = Date.UTC(2026, 10, 23, 14, 2);
/** The core behind the window that is open. */
export let fake: Fake;
let app: Record<string, unknown> | undefined;

/** Nothing is kept from one test to the next. */
export function freshWindows(): void {
  beforeEach(() => localStorage.clear());
  afterEach(async () => {
    if (app) await unmount(app);
    app = undefined;
    document.body.replaceChildren();
  });
}

export async function open(next: Fake = makeFake(NOW)): Promise<void> {
  fake = next;
  app = mount(App, { target: document.body, props: { backend: fake, now: () => NOW } });
  await settle();
}

/** Lets the fake core's answers come and the screen follow, within the same frame. */
export async function turns(): Promise<void> {
  for (let i = 0; i < 80; i++) {
    flushSync();
    await Promise.resolve();
  }
  flushSync();
}

/** The same, and what waits for the frame to be drawn. */
export async function settle(): Promise<void> {
  await turns();
  await drawn();
  await turns();
}

export function all(id: string): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(`[data-testid="${id}"]`)];
}

export function one(id: string): HTMLElement {
  const [found] = all(id);
  if (!found) throw new Error(`nothing on screen is called ${id}`);
  return found;
}

export async function click(target: string | HTMLElement): Promise<void> {
  (typeof target === "string" ? one(target) : target).click();
  await settle();
}

export async function type(id: string, text: string): Promise<void> {
  const field = one(id) as HTMLInputElement;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await settle();
}

/** A key wherever the focus is not in a field. */
export async function press(key: string, more: KeyboardEventInit = {}): Promise<void> {
  window.dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true, ...more }));
  await settle();
}
