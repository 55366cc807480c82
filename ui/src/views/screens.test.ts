// Trends, Users, Settings and the first run on the fake core: what one sees, reaches and sends.
import { describe, expect, test, vi } from "vitest";
import type { ErrorView } from "../backend/bindings";
import { makeFake } from "../backend/fake";
import { all, click, fake, freshWindows, NOW, one, open, settle, type } from "../app/onScreen";

/** Nobody has connected to anything yet. */
async function openFirst(): Promise<void> {
  const { state } = makeFake(NOW).world;
  await open(makeFake(NOW, { state: { ...state, connections: [], current: null } }));
}

async function press(target: HTMLElement, key: string): Promise<void> {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  await settle();
}
const asked = (name: string) => fake.calls.filter((call) => call === name).length;
const offline: ErrorView = {
  code: "offline",
  title: "The server does not answer.",
  meaning: "Nothing was changed.",
  action: "Try again later.",
  detail: "connection refused",
  retry: true,
};

freshWindows();

describe("Trends", () => {
  test("asks once and draws a rate for every bucket that has votes", async () => {
    await open();
    await click("nav-trends");
    expect(asked("get_trends")).toBe(1);
    expect(Number(one("trend-chart").dataset["points"])).toBeGreaterThan(80);
    expect(one("trends-headline").textContent).toContain("satisfied (n = ");
  });

  test("asks again when data came, not when a sync merely goes on", async () => {
    await open();
    await click("nav-trends");
    const sync = fake.world.state.connections[0]!.sync;
    fake.emit({ type: "sync", connection: 1, sync: { ...sync, last_success_at_ms: NOW } });
    await settle();
    expect(asked("get_trends")).toBe(1);
    fake.emit({ type: "data", connection: 1 });
    await settle();
    expect(asked("get_trends")).toBe(2);
  });

  test("says by key what a bucket holds, and opens it in the Inbox", async () => {
    await open();
    await click("nav-trends");
    const chart = one("trend-chart");
    chart.focus();
    await press(chart, "End");
    await press(chart, "ArrowLeft");
    expect(chart.getAttribute("aria-valuetext")).toMatch(/^Sun 22 Nov 2026\. .*n = \d+/);
    await press(chart, "Enter");
    expect(one("mailbox-everything").getAttribute("aria-current")).toBe("page");
  });

  test("is also a table, one row for each bucket", async () => {
    await open();
    await click("nav-trends");
    await click("trends-table-toggle");
    expect(one("trend-table").querySelectorAll("tbody tr")).toHaveLength(90);
    await click("trends-table-toggle");
    expect(all("trend-chart")).toHaveLength(1);
  });

  test("shows an error in place and heals with the next data", async () => {
    await open();
    fake.fail("get_trends", offline);
    await click("nav-trends");
    expect(one("trends-view").textContent).toContain(offline.title);
    fake.fail("get_trends", null);
    fake.emit({ type: "data", connection: 1 });
    await settle();
    expect(all("trend-chart")).toHaveLength(1);
  });
});

describe("Users", () => {
  test("asks once for the list and once for the story of whoever spoke last", async () => {
    await open();
    await click("nav-users");
    expect([asked("list_users"), asked("get_story")]).toEqual([1, 1]);
    expect(one("user-story").textContent).toContain("u-20417");
    expect(all("story-entry").length).toBeGreaterThan(1);
  });

  test("J goes to the next user and the search finds one by id", async () => {
    await open();
    await click("nav-users");
    await press(document.body, "j");
    expect(one("user-story").textContent).toContain("u-30918");
    await type("user-search", "08871");
    expect(all("user-row").map((row) => row.textContent)).toEqual([
      expect.stringContaining("u-08871"),
    ]);
  });

  test("an entry opens that feedback in the Inbox", async () => {
    await open();
    await click("nav-users");
    await click("story-entry");
    expect(one("detail-comment").textContent).toContain("I have waited three weeks.");
  });

  test("what the server lists no more is marked in a story", async () => {
    const gone = makeFake(NOW);
    for (const row of gone.world.rows) if (row.user === "u-20417") row.gone_at_ms = NOW - 1000;
    await open(gone);
    await click("nav-users");
    expect(one("story-entry").querySelector('[data-testid="row-gone"]')).not.toBeNull();
  });

  test("overwritten words stand struck below those that replaced them", async () => {
    await open();
    await click("nav-users");
    expect(one("story-entry").querySelector("s")?.textContent).toBe("ok");
  });
});

describe("Settings", () => {
  test("changes the theme at once and tells the core", async () => {
    await open();
    await click("nav-settings");
    await click("theme-dark");
    expect(document.documentElement.dataset["theme"]).toBe("dark");
    expect(fake.world.state.theme).toBe("dark");
    await click("theme-system");
  });

  test("syncs now and says when", async () => {
    await open();
    await click("nav-settings");
    expect(one("settings-last-sync").textContent).toContain("Synced 13:58.");
    await click("sync-now");
    expect(one("settings-last-sync").textContent).toContain("Synced 14:02.");
  });

  test("removes a connection only after saying what stays", async () => {
    await open();
    await click("nav-settings");
    await click("remove-connection");
    expect(document.querySelector('[role="dialog"]')?.textContent).toContain("The server keeps");
    expect(asked("remove_connection")).toBe(0);
    await click("remove-confirm");
    expect(fake.world.state.connections.map((c) => c.name)).toEqual(["Demo"]);
  });
});

describe("the first run", () => {
  test("has the demo under Enter and opens the Inbox with it", async () => {
    await openFirst();
    expect(document.activeElement).toBe(one("open-demo"));
    await click("open-demo");
    expect(asked("start_demo")).toBe(1);
    expect(all("first-run")).toHaveLength(0);
  });

  test("tests a server, says what answers, and connects without keeping the key", async () => {
    await openFirst();
    await type("connect-url", "https://feedback.acme-outdoor.example");
    await type("connect-key", "wai-3f9c0d6e");
    await click("connect-test");
    expect(one("connect-answers").textContent).toContain("300 feedback, 4 agents.");
    await click("connect-submit");
    expect(all("first-run")).toHaveLength(0);
    expect(document.documentElement.outerHTML).not.toContain("wai-3f9c0d6e");
    expect(JSON.stringify(localStorage)).not.toContain("wai-3f9c0d6e");
  });

  test("an error stands beside the form, and the address is still there", async () => {
    await openFirst();
    fake.fail("test_connection", offline);
    await type("connect-url", "https://nowhere.example");
    await type("connect-key", "wai-3f9c0d6e");
    await click("connect-test");
    expect(one("first-run").textContent).toContain("connection refused");
    expect((one("connect-url") as HTMLInputElement).value).toBe("https://nowhere.example");
  });
});

describe("what is kept here", () => {
  test("Settings makes everything available offline, and a limit stops that", async () => {
    await open();
    await click("nav-settings");
    const limit = () => one("offline-limit").textContent;
    expect(limit()).toContain("Keep up to 2\u00a0GB");
    await fake.rpc("set_offline_limit", { connection: 1, limit_bytes: 3_000_000 });
    fake.emit({ type: "data", connection: 1 });
    await settle();
    expect(one("offline-said").textContent).toContain("The limit leaves");
    await click("offline-everything");
    expect(limit()).toContain("Keep everything");
    expect(one("offline-said").textContent).toContain("Everything here can be read offline.");
  });

  test("decisions the key may not write are told once, and Settings takes a user token", async () => {
    await open();
    const before = fake.world.state.connections[0]!.decisions;
    const notice = "This server takes decisions from signed-in users only.";
    const decisions = { ...before, push: "needs_user", kept_here: 12, notice } as const;
    const connections = fake.world.state.connections.map((c) =>
      c.id === 1 ? { ...c, decisions } : c,
    );
    fake.world.state = { ...fake.world.state, connections };
    fake.emit({ type: "decisions", connection: 1, decisions });
    await settle();
    expect(one("push-notice").textContent).toContain("12 decisions are kept here.");
    one("push-notice").querySelector("button")!.click();
    await settle();
    expect(all("push-notice")).toHaveLength(0);
    expect(asked("dismiss_push_notice")).toBe(1);
    expect(document.activeElement).toBe(one("settings-token"));
    await type("settings-token", "header.claims.signature");
    await click("settings-token-save");
    expect(one("deciding").textContent).toContain("A user token is in");
    expect(document.documentElement.outerHTML).not.toContain("header.claims");
    await click("remove-token");
    expect(asked("clear_user_token")).toBe(1);
  });

  test("the network coming back is told to the core", async () => {
    await open();
    window.dispatchEvent(new Event("online"));
    await settle();
    expect(asked("network_returned")).toBe(1);
  });

  test("a mirror that does not open says so, and is tried again on request", async () => {
    const next = makeFake(NOW);
    const full = { ...offline, code: "other", title: "The disk is full." } as const;
    next.fail("get_state", full);
    await open(next);
    expect(one("start-failed").textContent).toContain("The disk is full.");
    expect(document.activeElement).toBe(one("start-again"));
    next.fail("get_state", null);
    await click("start-again");
    expect(all("start-failed")).toHaveLength(0);
    expect(all("feedback-row").length).toBeGreaterThan(5);
  });

  test("a decision made here is told with how far it got, and what was taken back stays told", async () => {
    await open();
    const feedback = [fake.world.rows[0]!.id];
    await fake.rpc("decide", {
      connection: 1,
      what: { feedback },
      kind: "resolved",
      note: "sent a refund",
    });
    await vi.waitFor(() => expect(one("decided-here").textContent).toContain("Waits to be sent."));
    expect(one("standing").textContent).toContain("sent a refund");
    await fake.rpc("undo_decision", { connection: 1 });
    await vi.waitFor(() => expect(all("decided-here")).toHaveLength(0));
    await settle();
    expect(one("standing").textContent).toContain("2 steps here");
  });

  test("what the server lists no more says since when", async () => {
    await open();
    await click("mailbox-everything");
    const gone = all("row-gone")[0]!.closest<HTMLElement>("[data-id]")!;
    await click(gone);
    expect(one("gone").textContent).toContain("No longer listed on the server since Fri 20 Nov");
  });
});
