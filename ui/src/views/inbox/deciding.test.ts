// Deciding in the whole window: keys, the toast, the bar at the foot, what is announced.
import { flushSync } from "svelte";
import { describe, expect, test, vi } from "vitest";
import { all, fake, freshWindows, one, open, settle, turns } from "../../app/onScreen";

function press(key: string, more: KeyboardEventInit = {}): void {
  window.dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true, ...more }));
}
const selected = () => document.querySelector('[role="option"].on')?.getAttribute("data-id");
const row = (id: string) =>
  document.querySelector<HTMLElement>(`[role="option"][data-id="${id}"]`)!;
const log = () => fake.world.decisions.map((event) => `${event.feedback} ${event.act}`);

freshWindows();

describe("one key", () => {
  test("decides, dims the row in place, and shows the next one in the same frame", async () => {
    await open();
    press("3");
    flushSync();
    expect(selected()).toBe("fb-0297");
    expect(one("feedback-detail").getAttribute("data-id")).toBe("fb-0297");
    expect(one("run-output").textContent).not.toBe("");
    expect(row("fb-0300").textContent).toContain("Needs fix");
    await settle();
    expect(log()).toEqual(["fb-0300 correct"]);
    expect(one("undo-toast").textContent).toContain("Decided 1");
  });

  test("asks for nothing before the next one is drawn, then for the decision first", async () => {
    await open();
    fake.calls.length = 0;
    // However long this machine takes: no time passes until the frame.
    const time = vi.spyOn(performance, "now").mockReturnValue(performance.now());
    press("1");
    await turns();
    expect(fake.calls).toEqual([]);
    await settle();
    expect(fake.calls[0]).toBe("decide");
    expect(fake.calls).not.toContain("count_mailboxes");
    time.mockRestore();
    // What led to the next one, its neighbours ahead, what the decision changed: all of it behind the frame.
    await vi.waitFor(() => expect(fake.calls).toContain("count_mailboxes"));
    expect(fake.calls).toContain("list_decisions");
    expect(fake.calls).toContain("get_feedback");
  });

  test("held down decides once", async () => {
    await open();
    press("1");
    press("1", { repeat: true });
    press("1", { repeat: true });
    await settle();
    expect(log()).toEqual(["fb-0300 resolved"]);
  });

  test("does nothing while one types, and Backspace never decides", async () => {
    await open();
    one("filter-text").focus();
    press("1");
    one("filter-text").blur();
    press("Backspace");
    press("Delete");
    await settle();
    expect(log()).toEqual([]);
  });

  test("goes on as text when what was typed matches nothing any more", async () => {
    await open();
    const field = one("filter-text") as HTMLInputElement;
    field.focus();
    field.value = "zebra";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await settle();
    expect(all("feedback-row")).toEqual([]);
    expect(document.activeElement).toBe(field);
    field.blur();
    expect(document.activeElement?.textContent).toContain("Clear the filter");
  });

  test("is a button, too", async () => {
    await open();
    one("decide-incorrect").click();
    await settle();
    expect(log()).toEqual(["fb-0300 incorrect"]);
    expect(selected()).toBe("fb-0297");
  });
});

test("Z brings back the item with its decision gone, and Shift Z decides again", async () => {
  await open();
  press("1");
  press("1");
  press("2");
  await settle();
  expect(one("undo-toast").textContent).toContain("Decided 3");
  press("z");
  await settle();
  expect(selected()).toBe("fb-0296");
  expect(one("undo-toast").textContent).toContain("Taken back");
  expect(fake.world.rows.filter((row) => row.decision !== null)).toHaveLength(2);
  press("Z", { shiftKey: true });
  await settle();
  expect(fake.world.rows.find((row) => row.id === "fb-0296")?.decision).toBe("incorrect");
  expect(selected()).toBe("fb-0295");
});

test("what was decided stays until one leaves the mailbox", async () => {
  await open();
  press("1");
  await settle();
  press("g");
  press("i");
  await settle();
  expect(row("fb-0300")).not.toBeNull();
  one("mailbox-decided").click();
  await settle();
  expect(selected()).toBe("fb-0300");
  one("mailbox-negative_open").click();
  await settle();
  expect(row("fb-0300")).toBeNull();
  expect(selected()).toBe("fb-0297");
});

test("a decision that is not kept comes back with what happened and what to do", async () => {
  await open();
  fake.fail("decide", {
    code: "other",
    title: "The disk is full.",
    meaning: "",
    action: "Make room, then decide again.",
    detail: null,
    retry: true,
  });
  press("1");
  await settle();
  expect(one("decide-failed").textContent).toContain("The decision was not kept.");
  expect(one("decide-failed").textContent).toContain("Make room");
  expect(row("fb-0300").classList.contains("done")).toBe(false);
});
