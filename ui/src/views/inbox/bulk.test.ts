// Many at once, in the whole window: ticked rows, all that match, look-alikes in one row; and what goes
// with a decision: a note, a snooze, the one it is a duplicate of.
import { describe, expect, test, vi } from "vitest";
import { makeFake, type Fake } from "../../backend/fake";
import { all, click, fake, freshWindows, NOW, one, open, settle } from "../../app/onScreen";

async function press(key: string, more: KeyboardEventInit = {}, target: EventTarget = window) {
  target.dispatchEvent(
    new KeyboardEvent("keydown", { key, cancelable: true, bubbles: true, ...more }),
  );
  await settle();
}
const selected = () =>
  [...document.querySelectorAll('[aria-selected="true"]')].map((row) =>
    row.getAttribute("data-id"),
  );
const open_ = () => document.querySelector('[role="option"].on')?.getAttribute("data-id");
const decided = () => fake.world.decisions.filter((event) => event.is_current);

/** Seven users say the same, newest first. */
function sevenAlike(): Fake {
  const next = makeFake(NOW);
  const like = next.world.rows.find((row) => row.comment === "Where is my money?")!;
  const more = [1, 2, 3, 4, 5, 6].map((i) => ({
    ...like,
    id: `fb-alike-${i}`,
    user: `u-alike-${i}`,
    created_at_ms: like.created_at_ms - i,
  }));
  const at = next.world.rows.indexOf(like);
  next.world.rows.splice(at + 1, 0, ...more);
  return next;
}

freshWindows();

describe("ticked rows", () => {
  test("are decided by one key as one step, and taken back as one", async () => {
    await open();
    await press("x");
    await press("ArrowDown", { shiftKey: true });
    await press("ArrowDown", { shiftKey: true });
    expect(selected()).toEqual(["fb-0300", "fb-0297", "fb-0296"]);
    expect(one("ticked").textContent).toBe("3 selected");
    await press("1");
    expect(
      decided()
        .map((event) => event.feedback)
        .sort(),
    ).toEqual(["fb-0296", "fb-0297", "fb-0300"]);
    expect(new Set(decided().map((event) => event.step)).size).toBe(1);
    expect(one("undo-toast").textContent).toContain("Decided 3");
    expect(open_()).toBe("fb-0295");
    await press("z");
    expect(decided()).toEqual([]);
    expect(open_()).toBe("fb-0296");
  });

  test("are let go by Esc, and going back up leaves out again", async () => {
    await open();
    await press("ArrowDown", { shiftKey: true });
    await press("ArrowDown", { shiftKey: true });
    await press("ArrowUp", { shiftKey: true });
    expect(selected()).toEqual(["fb-0300", "fb-0297"]);
    await press("Escape");
    expect(all("ticked")).toEqual([]);
    expect(selected()).toEqual(["fb-0297"]);
  });

  test("may be all that match, loaded or not", async () => {
    await open();
    await click("mailbox-everything");
    await click("collapse");
    await press("a", { ctrlKey: true });
    expect(one("list-state").textContent).toContain("200 selected");
    await click("select-matching");
    expect(one("list-state").textContent).toContain("300 selected");
    await press("2");
    expect(decided()).toHaveLength(300);
    expect(one("undo-toast").textContent).toContain("Decided 300");
  });
});

describe("look-alikes", () => {
  test("are one row that says so, decided together", async () => {
    await open(sevenAlike());
    const row = () => document.querySelector<HTMLElement>('[data-id="fb-0296"][role="option"]')!;
    expect(row().textContent).toContain("7 users, same words");
    expect(row().textContent).toContain("×7");
    await press("j");
    await press("j");
    expect(open_()).toBe("fb-0296");
    await press("3");
    expect(decided()).toHaveLength(7);
    expect(one("undo-toast").textContent).toContain("Decided 7");
    expect(row().textContent).toContain("Needs fix");
  });

  test("open under their row, and are decided one by one there", async () => {
    await open(sevenAlike());
    await press("j");
    await press("j");
    await press("e");
    expect(document.querySelectorAll(".under")).toHaveLength(6);
    await press("1");
    expect(decided().map((event) => event.feedback)).toEqual(["fb-0296"]);
    expect(open_()).toBe("fb-alike-1");
    await press("1");
    await settle();
    expect(decided()).toHaveLength(2);
    expect(open_()).toBe("fb-alike-2");
    expect(document.querySelectorAll('[data-id^="fb-alike"][role="option"]')).toHaveLength(6);
  });

  test("that are ticked with others are all decided", async () => {
    await open(sevenAlike());
    await press("j");
    await press("x");
    await press("ArrowDown", { shiftKey: true });
    expect(one("ticked").textContent).toBe("8 selected");
    expect(one("list-state").textContent).toContain("8 selected");
    await press("2");
    expect(decided()).toHaveLength(8);
    expect(one("undo-toast").textContent).toContain("Decided 8");
  });
});

describe("a decision", () => {
  test("takes the note and the reason along that were written for it", async () => {
    await open();
    await press("n");
    const field = one("note-field").querySelector("textarea")!;
    expect(document.activeElement).toBe(field);
    field.value = "sent a refund";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await press("1", {}, field);
    expect(decided()).toEqual([]);
    await press("Escape", {}, field);
    await press("1");
    expect(decided()[0]).toMatchObject({ act: "resolved", note: "sent a refund" });
    expect(all("note-field")).toEqual([]);
  });

  test("may wait: the note is kept by itself, and one goes on", async () => {
    await open();
    await press("n");
    const field = one("note-field").querySelector("textarea")!;
    field.value = "ask billing";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await press("Enter", { ctrlKey: true }, field);
    expect(fake.world.decisions).toMatchObject([{ act: "note", note: "ask billing" }]);
    expect(open_()).toBe("fb-0297");
    expect(one("undo-toast").textContent).toContain("Noted");
  });

  test("puts aside until what the letter in the menu says", async () => {
    await open();
    await press("h");
    await vi.waitFor(() => expect(all("snooze-version")).toHaveLength(1));
    await press("v", {}, document.querySelector('[role="menu"]')!);
    expect(decided()[0]).toMatchObject({ act: "snoozed", snooze: { kind: "newer_version" } });
    expect(fake.world.rows[0]?.snoozed?.kind).toBe("newer_version");
    const row = document.querySelector('[role="option"][data-id="fb-0300"]');
    expect(row?.textContent).toContain("Snoozed until a newer version");
  });

  test("is a duplicate of the one that was chosen", async () => {
    await open();
    await press("4");
    await vi.waitFor(() => expect(all("duplicate-option").length).toBeGreaterThan(2));
    const ids = all("duplicate-option").map((option) => option.dataset["id"]);
    expect(ids).not.toContain("fb-0300");
    const field = one("duplicate-search");
    await press("ArrowDown", {}, field);
    await press("Enter", {}, field);
    expect(decided()[0]).toMatchObject({ act: "duplicate", duplicate_of: ids[1] });
  });
});

test("the focus view has one item alone, and deciding goes on in it", async () => {
  await open();
  await press("v");
  expect(all("feedback-list")).toEqual([]);
  await press("1");
  expect(one("feedback-detail").dataset["id"]).toBe("fb-0297");
  expect(one("undo-toast").textContent).toContain("Decided 1");
  await press("Escape");
  expect(open_()).toBe("fb-0297");
});
