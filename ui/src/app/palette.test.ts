// Ctrl K over the whole window on the fake core: find, run, and where the focus is afterwards.
import { describe, expect, test, vi } from "vitest";
import { makeFake } from "../backend/fake";
import { all, fake, freshWindows, NOW, one, open, settle } from "./onScreen";

async function press(key: string, part: KeyboardEventInit = {}): Promise<void> {
  const target = document.activeElement ?? document.body;
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...part });
  target.dispatchEvent(event);
  await settle();
}
/** Opens the palette and types. */
async function find(text: string): Promise<void> {
  await press("k", { ctrlKey: true });
  const field = one("palette-text") as HTMLInputElement;
  expect(document.activeElement).toBe(field);
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await settle();
}
async function enter(): Promise<void> {
  await press("Enter");
  await vi.waitFor(() => expect(all("palette")).toHaveLength(0));
  await settle();
}
const rows = () => all("palette-entry").map((row) => row.textContent?.replace(/\s+/g, " ").trim());
const chosen = () => document.querySelector('[data-testid="palette-entry"][aria-selected="true"]');

freshWindows();

describe("Ctrl K", () => {
  test("finds a command, shows its key, and does it", async () => {
    await open(makeFake(NOW, { keys: { raw: ["q"] } }));
    await find("raw");
    expect(chosen()?.textContent).toContain("Raw JSON and back");
    expect(chosen()?.querySelector("kbd")?.textContent).toBe("Q");
    await enter();
    expect(all("run-raw")).toHaveLength(1);
  });

  test("has no command that does nothing where a feedback is open", async () => {
    await open();
    await press("k", { ctrlKey: true });
    const entries = all("palette-entry");
    const off = entries.filter((entry) => entry.hasAttribute("aria-disabled"));
    expect(entries.length).toBeGreaterThan(30);
    expect(off.map((entry) => entry.textContent)).toEqual([]);
  });

  test("works while one types, and gives the focus back on Esc", async () => {
    await open();
    await press("/");
    const field = one("filter-text");
    expect(document.activeElement).toBe(field);
    await find("raw");
    await press("Escape");
    await vi.waitFor(() => expect(all("palette")).toHaveLength(0));
    expect(document.activeElement).toBe(field);
  });

  test("leaves the focus where the command puts it", async () => {
    await open();
    await find("search");
    await enter();
    expect(document.activeElement).toBe(one("filter-text"));
  });

  test("goes to a screen, a mailbox, a connection", async () => {
    await open();
    await find("trends");
    await enter();
    expect(one("nav-trends").getAttribute("aria-current")).toBe("page");
    await find("needs fix");
    await enter();
    expect(one("mailbox-needs_fix").getAttribute("aria-current")).toBe("page");
    await find("demo");
    await enter();
    expect(fake.world.state.current).toBe(2);
  });

  test("finds a saved view by its name and opens it", async () => {
    await open();
    await fake.rpc("save_view", {
      connection: 1,
      name: "Angry about money",
      mailbox: "everything",
      text: "is:positive agent:refund-check",
    });
    await find("angry");
    await vi.waitFor(() => expect(chosen()?.textContent).toContain("Angry about money"));
    await enter();
    await vi.waitFor(() =>
      expect((one("filter-text") as HTMLInputElement).value).toBe("is:positive agent:refund-check"),
    );
  });

  test("finds an agent and a version, and shows what was said on them", async () => {
    await open();
    await find("refund-check 3.1");
    await vi.waitFor(() => expect(chosen()?.textContent).toContain("refund-check 3.1"));
    await enter();
    expect(one("mailbox-everything").getAttribute("aria-current")).toBe("page");
    const shown = all("feedback-row").map((row) => row.textContent);
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.every((text) => text?.includes("refund-check 3.1"))).toBe(true);
  });

  test("finds a user in the cache and opens the story", async () => {
    await open();
    await find("u-20417");
    await vi.waitFor(() => expect(rows().join()).toContain("u-20417"));
    await settle();
    await enter();
    expect(all("users-view")).toHaveLength(1);
    expect(one("users-view").textContent).toContain("u-20417");
  });

  test("says what cannot be done here, and does not do it", async () => {
    await open();
    await press("g");
    await press("t");
    await find("instructions of");
    expect(chosen()?.getAttribute("aria-disabled")).toBe("true");
    expect(chosen()?.textContent).toContain("not on this screen");
    await press("Enter");
    expect(all("palette")).toHaveLength(1);
  });

  test("says when nothing is called so", async () => {
    await open();
    await find("qqqq");
    expect(one("palette").textContent).toContain("Nothing here is called “qqqq”.");
  });

  test("shows hostile names as they are", async () => {
    const hostile = `<img src=x onerror="alert(1)">`;
    const next = makeFake(NOW);
    next.world.agents = next.world.agents.map((agent) => ({ ...agent, name: hostile }));
    await open(next);
    await find("<img");
    await vi.waitFor(() => expect(rows().join()).toContain(hostile));
    expect(document.querySelector("img")).toBeNull();
  });

  test("leads to all keys", async () => {
    await open();
    await press("k", { ctrlKey: true });
    const [button] = [...one("palette").querySelectorAll("footer button")] as HTMLElement[];
    button?.click();
    await vi.waitFor(() => expect(all("keys-dialog")).toHaveLength(1));
  });

  test("does nothing before there is a connection", async () => {
    const { state } = makeFake(NOW).world;
    await open(makeFake(NOW, { state: { ...state, connections: [], current: null } }));
    await press("k", { ctrlKey: true });
    expect(all("palette")).toHaveLength(0);
  });
});

test("the palette tells a screen reader what is chosen", async () => {
  await open();
  await find("trends");
  const field = one("palette-text");
  expect(field.getAttribute("role")).toBe("combobox");
  const list = document.getElementById(field.getAttribute("aria-controls") ?? "");
  expect(list?.getAttribute("role")).toBe("listbox");
  const active = document.getElementById(field.getAttribute("aria-activedescendant") ?? "");
  expect(active).toBe(chosen());
  await press("ArrowDown");
  const next = document.getElementById(field.getAttribute("aria-activedescendant") ?? "");
  expect(next?.getAttribute("aria-selected")).toBe("true");
});
