// One feedback on the screen, by itself: what is marked, folded, pinned and shown raw.
import { flushSync, mount, unmount } from "svelte";
import { afterEach, expect, test } from "vitest";
import { makeFake, type Fake } from "../../backend/fake";
import type { FeedbackDetailView, PinView } from "../../backend/bindings";
import { Clock } from "../../shared/clock.svelte";
import { deskContext } from "../../shared/context";
import { Keyboard } from "../../shared/keyboard.svelte";
import { Keys } from "../../shared/keys.svelte";
import { reactiveProps } from "../../shared/reactiveProps.svelte";
import { Router } from "../../shared/router.svelte";
import { Session } from "../../shared/session.svelte";
import { Zoom } from "../../shared/zoom.svelte";
import FeedbackDetail from "./FeedbackDetail.svelte";

const NOW = Date.UTC(2026, 10, 23, 14, 2);
let app: Record<string, unknown> | undefined;
let fake: Fake;
let router: Router;
let keyboard: Keyboard;
let copied: string | null = null;
let props: { detail: FeedbackDetailView };

async function open(user: string, text?: string): Promise<void> {
  fake = makeFake(NOW);
  router = new Router();
  if (text !== undefined) router.filter = { text };
  const keys = new Keys(fake);
  keyboard = new Keyboard(keys);
  const session = new Session(fake);
  await session.load();
  const row = fake.world.rows.find((one) => one.user === user);
  if (!row) throw new Error(`nobody is called ${user}`);
  const detail = await fake.rpc("get_feedback", { connection: 1, id: row.id });
  const given = reactiveProps({
    row,
    detail,
    connection: 1,
    error: null,
    fetching: false,
    runError: null,
    onfetch: () => {},
    onpins: (_: string, pins: PinView[]) => (given.detail = { ...given.detail, pins }),
    place: null,
    beside: false,
  });
  props = given;
  const clock = new Clock(() => NOW);
  const zoom = new Zoom((factor) => fake.zoom(factor), null);
  const context = deskContext({ backend: fake, session, router, keyboard, keys, clock, zoom });
  app = mount(FeedbackDetail, { target: document.body, props: given, context });
  await settle();
}

async function settle(): Promise<void> {
  for (let i = 0; i < 30; i++) {
    flushSync();
    await Promise.resolve();
  }
  flushSync();
}
async function press(key: string, more: KeyboardEventInit = {}): Promise<void> {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  (document.activeElement ?? document.body).dispatchEvent(event);
  keyboard.press(event);
  await settle();
}
async function click(target: Element | null | undefined): Promise<void> {
  (target as HTMLElement).click();
  await settle();
}
function all(id: string): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(`[data-testid="${id}"]`)];
}
function one(id: string): HTMLElement {
  const [found] = all(id);
  if (!found) throw new Error(`nothing on screen is called ${id}`);
  return found;
}
const marked = () => [...document.querySelectorAll("mark")].map((mark) => mark.textContent);
const named = (label: string) => document.querySelector(`[aria-label="${label}"]`);

Object.defineProperty(navigator, "clipboard", {
  value: { writeText: async (text: string) => void (copied = text) },
});
afterEach(async () => {
  if (app) await unmount(app);
  app = undefined;
  document.body.replaceChildren();
  copied = null;
});

test("searched words are marked in comment, input and output, and gone through by key", async () => {
  await open("u-20417", '"order 88213" payment');
  expect(marked()).toEqual([
    "order 88213",
    "payments",
    "Order 88213",
    "payments",
    "payment",
    "order 88213",
    "payment",
  ]);
  expect(one("hits").textContent).toContain("7 hits");
  await press("]");
  await press("]");
  expect(document.querySelector("mark.at")?.textContent).toBe("payments");
  expect(one("hits").textContent).toContain("2 of 7");
  await press("[");
  await press("[");
  expect(one("hits").textContent).toContain("7 of 7");
});

test("what is searched for is not folded away", async () => {
  await open("u-66601", "dunes");
  expect(marked()).toEqual(["dunes"]);
  expect(one("reasoning").textContent).toContain("Museums");
});

test("huge values show their beginning, and more when one asks", async () => {
  await open("u-66601");
  const input = one("run-input");
  expect(input.textContent?.length).toBeLessThan(5_000);
  const more = [...input.querySelectorAll("button")].find((b) => b.textContent?.includes("left"));
  await click(more);
  expect(input.textContent?.length).toBeGreaterThan(15_000);
  expect(input.textContent?.length).toBeLessThan(30_000);
  expect(one("run-output").querySelectorAll("tr").length).toBeLessThan(60);
  expect(input.textContent).toContain("blank, 3 characters");
  expect(input.textContent).toContain("Sat 21 Nov 2026 09:30");
});

test("a long chat shows its end first", async () => {
  await open("u-30918");
  const before = all("message").length;
  expect(before).toBeLessThan(45);
  await click([...document.querySelectorAll("button")].find((b) => /earlier/.test(b.textContent)));
  expect(all("message").length).toBeGreaterThan(before);
});

test("what the schema says of a field is one press away, a misfit is said at once", async () => {
  await open("u-11873");
  const output = one("run-output");
  expect(output.textContent).toContain("the schema wants a number");
  expect(output.textContent).toContain("missing, the schema asks for it");
  expect(output.textContent).not.toContain("As printed on the invoice");
  await click([...output.querySelectorAll("button")].find((b) => b.textContent?.includes("total")));
  expect(output.textContent).toContain("As printed on the invoice");
});

test("a field is pinned with a note, noted anew, removed, and put back", async () => {
  await open("u-20417");
  expect(one("pinned").textContent).toContain("p_2 is pending");
  await click(named("Pin refund_amount"));
  const field = one("pin-editor").querySelector("textarea")!;
  expect(document.activeElement).toBe(field);
  field.value = "should be 49.90";
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await press("Enter", { ctrlKey: true });
  expect(all("pin-editor")).toHaveLength(0);
  expect(all("pinned").map((place) => place.textContent)[1]).toContain("should be 49.90");
  expect(props.detail.pins.map((pin) => [pin.pointer, pin.quote])[1]).toEqual([
    "/refund_amount",
    "0.00",
  ]);

  await click(named("Remove the pin on 0.00"));
  expect(all("pinned")).toHaveLength(1);
  await click(one("pin-done").querySelector("button"));
  expect(all("pinned")).toHaveLength(2);

  (named("Note on refund_amount") as HTMLElement).focus();
  await click(named("Note on refund_amount"));
  const again = one("pin-editor").querySelector("textarea")!;
  expect(again.value).toBe("should be 49.90");
  await press("Escape");
  expect(all("pin-editor")).toHaveLength(0);
  expect(document.activeElement).toBe(named("Note on refund_amount"));
});

test("a selected stretch of the comment is pinned where it stands", async () => {
  await open("u-20417");
  const texts = one("detail-comment").querySelector("[data-pin-place]")!.childNodes;
  const text = [...texts].find((node) => node.textContent?.includes("charged twice"))!;
  const from = text.textContent!.indexOf("charged twice");
  const range = document.createRange();
  range.setStart(text, from);
  range.setEnd(text, from + "charged twice".length);
  document.getSelection()!.removeAllRanges();
  document.getSelection()!.addRange(range);
  document.dispatchEvent(new Event("selectionchange"));
  await press("p");
  expect(one("pin-editor").textContent).toContain("“charged twice”");
  await press("Enter", { ctrlKey: true });
  expect(one("detail-comment").querySelector(".pinned")?.textContent).toBe("charged twice");
  const pin = props.detail.pins.find((one) => one.place === "comment");
  expect([pin?.start, pin?.end]).toEqual([from, from + "charged twice".length]);
});

test("a pin that cannot be set keeps what was written", async () => {
  await open("u-20417");
  fake.fail("add_pin", fake.world.notFound("The disk is full."));
  await click(named("Pin decision"));
  await press("Enter", { ctrlKey: true });
  expect(one("pin-editor").textContent).toContain("The disk is full.");
});

test("a pin whose place is gone is still told", async () => {
  await open("u-41190");
  expect(all("run-absent")).toHaveLength(1);
  const pin = { ...fake.world.pins[0]!, quote: "en route" };
  props.detail = { ...props.detail, pins: [pin] };
  await settle();
  expect(one("lost-pins").textContent).toContain("en route");
  expect(one("lost-pins").textContent).toContain("p_2 is pending");
});

test("raw JSON is one key away on every kind of run, and searched by key", async () => {
  for (const user of ["u-20417", "u-30918", "u-29004", "u-41190", "u-09955"]) {
    await open(user);
    await press("r");
    expect(one("run-raw").textContent, user).toContain("run:");
    await press("r");
    expect(all("run-raw"), user).toHaveLength(0);
    if (app) await unmount(app);
    app = undefined;
  }
  await open("u-20417");
  await press("f", { ctrlKey: true });
  const field = one("raw-search") as HTMLInputElement;
  expect(document.activeElement).toBe(field);
  field.value = "p_2";
  field.dispatchEvent(new Event("input", { bubbles: true }));
  await settle();
  expect(one("raw-hits").textContent).toContain("1 of 1");
  expect(marked()).toContain("p_2");
});

test("a value and its path are copied by key", async () => {
  await open("u-20417");
  await press("r");
  const tree = one("run-raw");
  tree.focus();
  await press("ArrowDown");
  await press("ArrowRight");
  await press("ArrowDown");
  await press("c");
  const value = copied;
  await press("C", { shiftKey: true });
  expect(copied).toMatch(/^run\./);
  expect(value).not.toBe(copied);
});
