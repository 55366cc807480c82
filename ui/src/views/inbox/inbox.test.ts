import { describe, expect, test, vi } from "vitest";
import { makeFake } from "../../backend/fake";
import type { ErrorView, FeedbackRowView } from "../../backend/bindings";
import { Inbox, PAGE } from "./inbox.svelte";

const NOW = Date.UTC(2026, 10, 23, 14, 2);
const offline: ErrorView = {
  code: "other",
  title: "The cache cannot be read.",
  meaning: "",
  action: "",
  detail: null,
  retry: true,
};

async function opened() {
  const fake = makeFake(NOW);
  const inbox = new Inbox(fake);
  await inbox.open(1, "everything", {});
  return { fake, inbox };
}
const ids = (rows: readonly FeedbackRowView[]) => rows.map((row) => row.id);

describe("paging", () => {
  test("reads a page, then the next one, until there is no more", async () => {
    const { fake, inbox } = await opened();
    expect(inbox.rows).toHaveLength(PAGE);
    expect(inbox.total).toBe(300);
    expect(inbox.more).toBe(true);
    await inbox.loadMore();
    expect(ids(inbox.rows)).toEqual(ids(fake.world.rows));
    expect(inbox.more).toBe(false);
    await inbox.loadMore();
    expect(inbox.rows).toHaveLength(300);
  });

  test("asks for one page at a time", async () => {
    const { fake, inbox } = await opened();
    await Promise.all([inbox.loadMore(), inbox.loadMore()]);
    expect(fake.calls.filter((name) => name === "list_feedback")).toHaveLength(2);
    expect(inbox.rows).toHaveLength(300);
  });

  test("looks for a feedback further on while a page is on its way, and lets that come", async () => {
    const fake = makeFake(NOW);
    const inbox = new Inbox({
      ...fake,
      async rpc(name, request) {
        if ("cursor" in request) await new Promise((resolve) => setTimeout(resolve, 5));
        return fake.rpc(name, request);
      },
    });
    await inbox.open(1, "everything", {});
    const further = fake.world.rows.at(-1)?.id ?? "";
    const loadMore = vi.spyOn(inbox, "loadMore").mockImplementation(() => {
      // A loop that waits for nothing would not end the test, but hang it.
      if (loadMore.mock.calls.length > 20) throw new Error("turns without waiting");
      return Inbox.prototype.loadMore.call(inbox);
    });
    void inbox.loadMore();
    await inbox.loadUntil(further);
    expect(inbox.indexOf(further)).toBeGreaterThan(0);
    expect(loadMore.mock.calls.length).toBeLessThan(4);
  });

  test("throws away the page of a question one has left, however late it comes", async () => {
    const fake = makeFake(NOW);
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const inbox = new Inbox({
      ...fake,
      async rpc(name, request) {
        const answer = await fake.rpc(name, request);
        if ("cursor" in request) await gate;
        return answer;
      },
    });
    await inbox.open(1, "everything", {});
    const late = inbox.loadMore();
    await inbox.open(1, "needs_fix", {});
    release();
    await late;
    expect(inbox.rows.every((row) => row.annotation === "correct")).toBe(true);
    expect(inbox.rows).toHaveLength(inbox.total ?? -1);
  });
});

describe("the count", () => {
  test("of a search comes behind its first page", async () => {
    const { fake, inbox } = await opened();
    await inbox.open(1, "everything", { text: "the" });
    const all = await fake.rpc("count_feedback", {
      connection: 1,
      mailbox: "everything",
      filter: { text: "the" },
    });
    await vi.waitFor(() => expect(inbox.total).toBe(all.total));
    expect(inbox.everything).toBe(300);
  });

  test("of a question one has left is thrown away", async () => {
    const fake = makeFake(NOW);
    let release = () => {};
    const gate = new Promise<void>((resolve) => (release = resolve));
    const inbox = new Inbox({
      ...fake,
      async rpc(name, request) {
        const answer = await fake.rpc(name, request);
        if (name === "count_feedback") await gate;
        return answer;
      },
    });
    await inbox.open(1, "everything", { text: "the" });
    expect(inbox.total).toBeNull();
    await inbox.open(1, "everything", {});
    release();
    await gate;
    await Promise.resolve();
    expect(inbox.total).toBe(300);
  });
});

test("a refresh that a newer question stopped says nothing of it", async () => {
  const fake = makeFake(NOW);
  let stop = (_: unknown) => {};
  let stopped: Promise<never> | null = null;
  const inbox = new Inbox({
    ...fake,
    async rpc(name, request) {
      if (stopped) {
        const wait = stopped;
        stopped = null;
        return await wait;
      }
      return await fake.rpc(name, request);
    },
  });
  await inbox.open(1, "everything", {});
  stopped = new Promise((_, reject) => (stop = reject));
  const refresh = inbox.refresh();
  await inbox.open(1, "decided", {});
  stop({ ...offline, code: "cancelled" });
  await refresh;
  expect(inbox.error).toBeNull();
});

test("a question that another one overtook says so", async () => {
  const { inbox } = await opened();
  const first = inbox.open(1, "needs_fix", {});
  const second = inbox.open(1, "decided", {});
  expect(await Promise.all([first, second])).toEqual([false, true]);
});

test("an id far down is paged to", async () => {
  const { inbox } = await opened();
  await inbox.loadUntil("fb-0010");
  expect(inbox.indexOf("fb-0010")).toBe(290);
});

describe("a refresh", () => {
  test("keeps as many rows as were read, with the new one on top", async () => {
    const { fake, inbox } = await opened();
    await inbox.loadMore();
    const [first] = fake.world.rows;
    if (!first) throw new Error("the fake has rows");
    fake.world.rows = [{ ...first, id: "fb-new" }, ...fake.world.rows];
    await inbox.refresh();
    expect(inbox.rows[0]?.id).toBe("fb-new");
    expect(inbox.rows).toHaveLength(300);
    expect(inbox.more).toBe(true);
    await inbox.loadMore();
    expect(ids(inbox.rows)).toEqual(ids(fake.world.rows));
  });

  test("lists no row twice", async () => {
    const { fake, inbox } = await opened();
    await inbox.loadMore();
    fake.world.rows = [...fake.world.rows];
    await Promise.all([inbox.refresh(), inbox.refresh()]);
    expect(new Set(ids(inbox.rows)).size).toBe(inbox.rows.length);
  });

  test("that fails keeps the rows and says so, and the next one heals it", async () => {
    const { fake, inbox } = await opened();
    fake.fail("list_feedback", offline);
    await inbox.refresh();
    expect(inbox.rows).toHaveLength(PAGE);
    expect(inbox.error?.title).toBe("The cache cannot be read.");
    fake.fail("list_feedback", null);
    await inbox.refresh();
    expect(inbox.error).toBeNull();
  });
});

describe("the neighbour", () => {
  test("is the next or previous row, held at the ends", async () => {
    const { inbox } = await opened();
    const [a, b] = ids(inbox.rows);
    expect(inbox.neighbour(a ?? "", 1)?.id).toBe(b);
    expect(inbox.neighbour(a ?? "", -1)?.id).toBe(a);
    const last = inbox.rows.at(-1)?.id ?? "";
    expect(inbox.neighbour(last, 1)?.id).toBe(last);
  });

  test("of a row that is gone is the one that took its place", async () => {
    const { inbox } = await opened();
    expect(inbox.neighbour("gone", 1, 7)?.id).toBe(inbox.rows[7]?.id);
    expect(inbox.neighbour(null, 1)?.id).toBe(inbox.rows[0]?.id);
  });
});
