// What comes first: the menu, what the list then looks like, and that a mailbox keeps its order.
import { describe, expect, test } from "vitest";
import type { FeedbackRowView } from "../../backend/bindings";
import { Router } from "../../shared/router.svelte";
import { headedEntries } from "./entries";
import { orderOf, ordersFor, partsOf } from "./orders";
import { fake, freshWindows, one, open, press, settle } from "../../app/onScreen";

/** By its key, as one without a mouse does. */
async function sort(order: string): Promise<void> {
  await press("s");
  const entry = one(`order-${order}`);
  entry.dispatchEvent(
    new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }),
  );
  entry.click();
  await settle();
}
const rows = () =>
  [...document.querySelectorAll<HTMLElement>('[data-testid="feedback-row"]')].map(
    (row) => row.dataset["id"] ?? "",
  );
const row = (id: string) => fake.world.rows.find((one) => one.id === id);

freshWindows();

describe("the order of a list", () => {
  test("is chosen by a key and told over the list, which begins anew", async () => {
    await open();
    expect(one("order").textContent).toBe("newest first");
    await sort("oldest");
    expect(one("order").textContent).toBe("oldest first");
    expect((one("filter-text") as HTMLInputElement).value).toBe("sort:oldest");
    const times = rows().map((id) => row(id)?.created_at_ms ?? 0);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    await sort("newest");
    expect((one("filter-text") as HTMLInputElement).value).toBe("");
  });

  test("by user has a heading for each, and look-alikes stand apart", async () => {
    await open();
    await sort("user");
    const users = rows().map((id) => row(id)?.user ?? "~");
    expect(users).toEqual([...users].sort());
    expect(document.querySelector(".day")?.textContent).toContain(users[0]);
    expect(one("collapse").hasAttribute("disabled")).toBe(true);
  });

  test("stays with its mailbox while the window is open", async () => {
    await open();
    await sort("oldest");
    const oldest = rows();
    one("mailbox-all_open").click();
    await settle();
    expect(one("order").textContent).toBe("newest first");
    one("mailbox-negative_open").click();
    await settle();
    expect(one("order").textContent).toBe("oldest first");
    expect(rows()).toEqual(oldest);
  });
});

test("a saved view has an order of its own, and what is alike ends with its list", () => {
  const router = new Router();
  router.openMailbox("everything", { text: "late" }, 7);
  router.sort("version");
  router.openMailbox("everything");
  expect(orderOf(router.filter)).toBe("newest");
  router.openMailbox("everything", { text: "late" }, 7);
  expect(router.filter).toEqual({ text: "late", order: "version" });
  router.openSimilar("fb-1");
  router.sort("oldest");
  expect(router.filter).toEqual({ like: "fb-1", order: "oldest" });
  router.sort("best");
  expect(router.filter).toEqual({ like: "fb-1" });
  router.closeSimilar();
  expect(router.filter).toEqual({ text: "late", order: "version" });
});

test("the best is offered where there is something to go by", () => {
  expect(ordersFor({})).not.toContain("best");
  expect(ordersFor({ text: "late" })[0]).toBe("best");
  expect(orderOf({ order: "best" })).toBe("newest");
  expect(orderOf({ like: "fb-1" })).toBe("best");
});

test("rows stand under their versions, the last of which is not counted while more may come", () => {
  const of = (id: string, version_label: string | null) =>
    ({ id, agent: "chat", version_label }) as FeedbackRowView;
  const told = (whole: boolean) =>
    headedEntries([of("a", "3.2"), of("b", "3.2"), of("c", null)], partsOf("version"), whole).map(
      (entry) => (entry.kind === "day" ? `${entry.label}: ${entry.count}` : entry.row.id),
    );
  expect(told(true)).toEqual(["chat 3.2: 2", "a", "b", "chat, version not known: 1", "c"]);
  expect(told(false)[3]).toBe("chat, version not known: null");
});

test("an opened group stays together, whatever the versions of its members", () => {
  const of = (id: string, version_label: string) =>
    ({ id, agent: "chat", version_label }) as FeedbackRowView;
  const rows = [of("a", "3.2"), of("b", "3.1"), of("c", "3.2")];
  const told = headedEntries(rows, partsOf("version"), true, (id) => id === "b").map((entry) =>
    entry.kind === "day" ? `${entry.label}: ${entry.count}` : entry.row.id,
  );
  expect(told).toEqual(["chat 3.2: 2", "a", "b", "c"]);
});
