// Keys changed in Settings on the fake core: press a key to replace it, and the reasons why not.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import App from "../../app/App.svelte";
import { makeFake, type Fake } from "../../backend/fake";

const NOW = Date.UTC(2026, 10, 23, 14, 2);
let app: Record<string, unknown> | undefined;
let fake: Fake;

async function open(keys: Record<string, string[]> = {}): Promise<void> {
  fake = makeFake(NOW, { keys });
  app = mount(App, { target: document.body, props: { backend: fake, now: () => NOW } });
  await settle();
  await press(document.body, "g");
  await press(document.body, "s");
}
async function settle(): Promise<void> {
  for (let i = 0; i < 30; i++) {
    flushSync();
    await Promise.resolve();
  }
  flushSync();
}
function line(command: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(`[data-testid="command-${command}"]`);
  if (!found) throw new Error(`${command} is not in Settings`);
  return found;
}
function button(command: string, name: string): HTMLElement {
  const named = [...line(command).querySelectorAll("button")].find(
    (b) => b.getAttribute("aria-label") === name || b.textContent?.trim() === name,
  );
  if (!named) throw new Error(`${command} has no button named ${name}`);
  return named;
}
async function click(target: HTMLElement): Promise<void> {
  target.focus();
  target.click();
  await settle();
}
async function press(
  target: HTMLElement | null,
  key: string,
  part: KeyboardEventInit = {},
): Promise<KeyboardEvent> {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...part });
  target?.dispatchEvent(event);
  await settle();
  return event;
}
const said = (command: string) => line(command).querySelector('[role="status"]')?.textContent;

beforeEach(() => localStorage.clear());
afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
  document.body.replaceChildren();
});

describe("a key in Settings", () => {
  test("is replaced by the one that is pressed, which then works", async () => {
    await open();
    await click(button("go_trends", "Change G T of Trends"));
    await press(document.activeElement as HTMLElement, "w");
    expect(fake.world.keys).toEqual({ go_trends: ["w"] });
    expect(line("go_trends").textContent).toContain("W");
    await press(document.body, "w");
    expect(document.querySelector('[data-testid="nav-trends"]')?.classList).toContain("on");
  });

  test("can be two, one after the other", async () => {
    await open();
    await click(button("sync", "Add a key to Sync now"));
    await press(document.activeElement as HTMLElement, "g");
    await press(document.activeElement as HTMLElement, "y");
    expect(fake.world.keys).toEqual({ sync: ["g y"] });
  });

  test("is refused with the reason where another command has it", async () => {
    await open();
    await click(button("raw", "Change R of Raw JSON and back"));
    await press(document.activeElement as HTMLElement, "j");
    expect(said("raw")).toContain("J is “Next”.");
    expect(fake.calls).not.toContain("set_keys");
  });

  test("is refused where it would let Backspace decide", async () => {
    await open();
    await click(button("resolved", "Change 1 of Resolved"));
    await press(document.activeElement as HTMLElement, "Backspace");
    expect(said("resolved")).toContain("Backspace never decides.");
    expect(fake.calls).not.toContain("set_keys");
  });

  test("stays as it is with Esc, and Tab goes on", async () => {
    await open();
    await click(button("raw", "Change R of Raw JSON and back"));
    await press(document.activeElement as HTMLElement, "Escape");
    expect(line("raw").textContent).not.toContain("Press a key");
    await click(button("raw", "Change R of Raw JSON and back"));
    const tab = await press(document.activeElement as HTMLElement, "Tab");
    expect(tab.defaultPrevented).toBe(false);
    expect(fake.calls).not.toContain("set_keys");
  });

  test("can be removed, and the focus stays in its line", async () => {
    await open();
    await click(button("next", "Change ↓ of Next"));
    await click(button("next", "Remove"));
    expect(fake.world.keys).toEqual({ next: ["j"] });
    expect(line("next").contains(document.activeElement)).toBe(true);
  });

  test("goes back to the one it started with, alone or with all others", async () => {
    await open({ raw: ["q"], next: ["w"] });
    await click(button("raw", "Reset Raw JSON and back to R"));
    expect(fake.world.keys).toEqual({ next: ["w"] });
    document.querySelector<HTMLElement>('[data-testid="reset-keys"]')?.click();
    await settle();
    expect(fake.world.keys).toEqual({});
  });

  test("that the core does not take is said, and nothing changes", async () => {
    await open();
    fake.fail("set_keys", fake.world.badInput("j cannot mean two things.", "Take another one."));
    await click(button("raw", "Change R of Raw JSON and back"));
    await press(document.activeElement as HTMLElement, "q");
    expect(line("raw").textContent).toContain("j cannot mean two things.");
    expect(line("raw").textContent).toContain("R");
  });

  test("Esc of the window cannot be changed", async () => {
    await open();
    expect(line("close").querySelector("button")).toBeNull();
  });
});

test("? shows the keys as they are now, and the way to change them", async () => {
  await open({ go_trends: ["w"] });
  await press(document.body, "?");
  const dialog = document.querySelector<HTMLElement>('[data-testid="keys-dialog"]');
  const trends = [...(dialog?.querySelectorAll("dl > div") ?? [])].find(
    (row) => row.querySelector("dd")?.textContent === "Trends",
  );
  expect(trends?.querySelector("kbd")?.textContent).toBe("W");
  document.querySelector<HTMLElement>('[data-testid="change-keys"]')?.click();
  await vi.waitFor(() => expect(line("next").contains(document.activeElement)).toBe(true));
});
