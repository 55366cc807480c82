// The whole window on the fake core: what one sees and reaches, as an end-to-end test would.
import { describe, expect, test, vi } from "vitest";
import { makeFake } from "../backend/fake";
import type { SyncView } from "../backend/bindings";
import { all, click, fake, freshWindows, NOW, one, open, press, settle, type } from "./onScreen";

const selected = () => document.querySelector('[aria-selected="true"]')?.getAttribute("data-id");

freshWindows();

describe("the inbox", () => {
  test("opens on negative feedback with the newest one selected and its comment in full", async () => {
    await open();
    expect(one("mailbox-negative_open").getAttribute("aria-current")).toBe("page");
    expect(selected()).toBe("fb-0300");
    expect(one("detail-comment").textContent).toContain("I have waited three weeks.");
    expect(one("run-input").textContent).toContain("customer_message");
    expect(one("run-output").textContent).toContain("no_refund");
  });

  test("draws a screenful of rows, not all of them", async () => {
    await open();
    await click("mailbox-everything");
    expect(document.body.textContent).toContain("300 of 300");
    expect(all("feedback-row").length).toBeLessThan(60);
  });

  test("moves with J and K, held at the start", async () => {
    await open();
    await press("j");
    expect(selected()).toBe("fb-0297");
    await press("k");
    await press("k");
    expect(selected()).toBe("fb-0300");
  });

  test("keeps the selection when data changes above it", async () => {
    await open();
    await press("j");
    const [first] = fake.world.rows;
    if (!first) throw new Error("the fake has rows");
    fake.world.rows = [{ ...first, id: "fb-new", comment: "just now" }, ...fake.world.rows];
    fake.emit({ type: "data", connection: 1 });
    await vi.waitFor(() => expect(one("feedback-list").textContent).toContain("just now"));
    expect(selected()).toBe("fb-0297");
  });

  test("says why a run is not there", async () => {
    await open();
    await press("j");
    await press("j");
    expect(one("run-absent").textContent).toContain("The server does not have this run.");
  });

  test("says whether the mailbox or the filter is empty", async () => {
    await open();
    fake.world.rows = fake.world.rows.filter((row) => row.annotation !== "correct");
    await click("mailbox-needs_fix");
    expect(document.body.textContent).toContain("Nothing needs a fix.");
  });
});

describe("hostile words", () => {
  test("are shown as they are, and make no element", async () => {
    const hostile = `<img src=x onerror="alert(1)"><script>alert(2)</script>{{x}}`;
    const next = makeFake(NOW);
    next.world.rows = next.world.rows.map((row) => ({
      ...row,
      comment: hostile,
      user: hostile,
      agent: hostile,
      model: hostile,
      version_label: hostile,
    }));
    const [row] = next.world.rows;
    if (!row) throw new Error("the fake has rows");
    const run = await next.rpc("get_feedback", { connection: 1, id: row.id });
    if (run.run.state !== "present") throw new Error("the first run is there");
    next.world.runs.set(row.run, {
      state: "present",
      run: {
        ...run.run.run,
        input: {
          kind: "fields",
          fields: [
            {
              name: hostile,
              value: { kind: "text", text: hostile },
              about: { title: hostile, description: hostile, choices: [hostile] },
              misfit: hostile,
            },
          ],
        },
        output: { kind: "text", text: hostile },
        failure: { code: hostile, message: hostile, details: hostile },
      },
    });
    await open(next);
    expect(one("detail-comment").textContent).toBe(hostile);
    expect(one("run-input").textContent).toContain(hostile);
    await press("r");
    expect(one("run-raw").textContent).toContain(hostile);
    expect(document.querySelectorAll("img, script, iframe, object, embed")).toHaveLength(0);
  });

  test("a picture is asked for before it is loaded", async () => {
    await open();
    await press("j");
    await press("j");
    await press("j");
    expect(one("file").textContent).toContain("invoice-114.png");
    expect(document.querySelector("img")).toBeNull();
    one("file").querySelector("button")?.click();
    await settle();
    expect(document.querySelector("img")?.src.startsWith("data:image/")).toBe(true);
    expect(fake.calls).toContain("load_file");
  });
});

describe("the instructions", () => {
  test("come with I, are those of the version that ran, and go with Esc", async () => {
    await open();
    await press("i");
    expect(one("version-list").textContent).toContain("3.2");
    expect(one("instructions-text").textContent).toContain("If in doubt, do not refund.");
    await press("Escape");
    expect(all("instructions-pane")).toHaveLength(0);
  });

  test("show the change from the version before, one change at a time", async () => {
    await open();
    await press("i");
    await press("]");
    const text = one("instructions-text");
    expect(text.querySelectorAll("ins").length).toBeGreaterThan(0);
    expect(text.querySelector(".at")?.getAttribute("data-change")).toBe("0");
    await press("]");
    expect(text.querySelector(".at")?.getAttribute("data-change")).toBe("1");
  });
});

describe("the foot", () => {
  const sync = (part: Partial<SyncView>): SyncView => ({
    running: null,
    last_success_at_ms: NOW,
    offline_since_ms: null,
    error: null,
    ...part,
  });

  test("says since when the server is not reachable", async () => {
    await open();
    expect(all("offline-notice")).toHaveLength(0);
    fake.emit({ type: "sync", connection: 1, sync: sync({ offline_since_ms: NOW }) });
    await settle();
    expect(one("offline-notice").textContent).toContain("working from the cache.");
  });

  test("tells how far a sync is", async () => {
    await open();
    const running = { stage: "runs", agent: null, done: 3, total: 9, started_at_ms: NOW } as const;
    fake.emit({ type: "sync", connection: 1, sync: sync({ running }) });
    await settle();
    expect(one("sync-status").textContent).toContain("Syncing runs, 3 of 9");
  });
});

test("G and a letter go to the other screens and back", async () => {
  await open();
  await press("g");
  await press("t");
  expect(one("nav-trends").getAttribute("aria-current")).toBe("page");
  await press("g");
  await press("i");
  expect(all("feedback-list")).toHaveLength(1);
});

test("a key that is missing is asked for, without hiding what is cached", async () => {
  const next = makeFake(NOW);
  const connections = next.world.state.connections.map((c) => ({ ...c, key: "missing" as const }));
  next.world.state = { ...next.world.state, connections };
  await open(next);
  expect(one("key-notice").textContent).toContain("is not in the keyring");
  expect(all("feedback-row").length).toBeGreaterThan(0);
});

test("a search says that runs are still being indexed, until they are", async () => {
  const next = makeFake(NOW);
  next.world.searchReady = false;
  await open(next);
  expect(all("indexing")).toHaveLength(0);
  await type("filter-text", "money");
  expect(one("indexing").textContent).toContain("still being indexed");
  fake.world.searchReady = true;
  fake.emit({ type: "data", connection: 1 });
  await vi.waitFor(() => expect(all("indexing")).toHaveLength(0));
});

test("is drawn larger and smaller, also while one types", async () => {
  await open();
  one("filter-text").focus();
  await press("=", { ctrlKey: true });
  await press("+", { ctrlKey: true, shiftKey: true });
  expect(fake.zoomed).toBe(1.25);
  await press("-", { ctrlKey: true });
  expect(fake.zoomed).toBe(1.1);
  await press("0", { ctrlKey: true });
  expect(fake.zoomed).toBe(1);
});

test("shows nothing before it is as large as it was left", async () => {
  localStorage.setItem("zoom", "1.5");
  const slow = makeFake(NOW);
  let zoomed = () => {};
  slow.zoom = () => new Promise<void>((resolve) => (zoomed = resolve));
  await open(slow);
  expect(all("feedback-list")).toHaveLength(0);
  zoomed();
  await settle();
  expect(all("feedback-list")).toHaveLength(1);
});

test("opens as large as it was left, which Settings says and changes", async () => {
  localStorage.setItem("zoom", "1.5");
  await open();
  expect(fake.zoomed).toBe(1.5);
  await click("nav-settings");
  expect(one("zoom").textContent).toBe("150 %");
  await click("zoom-in");
  expect(fake.zoomed).toBe(1.75);
  await click("zoom-reset");
  expect(fake.zoomed).toBe(1);
  expect(all("zoom-reset")).toHaveLength(0);
});
