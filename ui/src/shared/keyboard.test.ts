import { afterEach, expect, test } from "vitest";
import { makeFake } from "../backend/fake";
import { Keyboard } from "./keyboard.svelte";
import { Keys } from "./keys.svelte";

afterEach(() => document.body.replaceChildren());

const made = () => new Keyboard(new Keys(makeFake(0)));
function down(key: string, part: KeyboardEventInit = {}): KeyboardEvent {
  return new KeyboardEvent("keydown", { key, cancelable: true, ...part });
}
function field(): HTMLInputElement {
  const input = document.body.appendChild(document.createElement("input"));
  input.focus();
  return input;
}

test("the innermost screen that knows a command does it", () => {
  const keyboard = made();
  const done: string[] = [];
  keyboard.handle({ next: () => void done.push("outer"), raw: () => void done.push("raw") });
  const leave = keyboard.handle({ next: () => void done.push("inner") });
  keyboard.press(down("j"));
  keyboard.press(down("r"));
  leave();
  keyboard.press(down("j"));
  expect(done).toEqual(["inner", "raw", "outer"]);
});

test("a screen that has nothing to do passes a command on", () => {
  const keyboard = made();
  let closed = 0;
  keyboard.handle({ close: () => void (closed += 1) });
  keyboard.handle({ close: () => false });
  keyboard.press(down("Escape"));
  expect(closed).toBe(1);
});

test("a key nobody on screen knows is left to the browser", () => {
  const keyboard = made();
  const unknown = down("1");
  keyboard.press(unknown);
  expect(unknown.defaultPrevented).toBe(false);
  keyboard.handle({ resolved: () => undefined });
  const known = down("1");
  keyboard.press(known);
  expect(known.defaultPrevented).toBe(true);
});

test("Esc leaves a field and does nothing else", () => {
  const keyboard = made();
  let closed = 0;
  keyboard.handle({ close: () => void (closed += 1) });
  const input = field();
  keyboard.press(down("Escape"));
  expect(closed).toBe(0);
  expect(document.activeElement).not.toBe(input);
});

test("Ctrl ↵ saves the note from inside its field, which stays", () => {
  const keyboard = made();
  let saved = 0;
  keyboard.handle({ save_note: () => void (saved += 1) });
  const input = field();
  keyboard.press(down("Enter", { ctrlKey: true }));
  expect(saved).toBe(1);
  expect(document.activeElement).toBe(input);
});

test("no key does anything below an open dialog", () => {
  const keyboard = made();
  let moved = 0;
  keyboard.handle({ next: () => void (moved += 1) });
  const dialog = document.body.appendChild(document.createElement("div"));
  dialog.setAttribute("role", "dialog");
  keyboard.press(down("j"));
  expect(moved).toBe(0);
  dialog.remove();
  keyboard.press(down("j"));
  expect(moved).toBe(1);
});

test("a held key decides once, and moves as long as it is held", () => {
  const keyboard = made();
  let decided = 0;
  let moved = 0;
  keyboard.handle({ resolved: () => void (decided += 1), next: () => void (moved += 1) });
  keyboard.press(down("1"));
  keyboard.press(down("1", { repeat: true }));
  keyboard.press(down("1", { repeat: true }));
  keyboard.press(down("j"));
  keyboard.press(down("j", { repeat: true }));
  expect(decided).toBe(1);
  expect(moved).toBe(2);
});

test("a key that is held while a dialog closes decides nothing", () => {
  const keyboard = made();
  let decided = 0;
  keyboard.handle({ resolved: () => void (decided += 1) });
  keyboard.press(down("1", { repeat: true }));
  expect(decided).toBe(0);
});

test("a key held after it went to a field types nothing there", () => {
  const keyboard = made();
  keyboard.handle({ search: () => void field() });
  keyboard.press(down("/"));
  const held = down("/", { repeat: true });
  keyboard.press(held);
  expect(held.defaultPrevented).toBe(true);
  const typed = down("/");
  keyboard.press(typed);
  expect(typed.defaultPrevented).toBe(false);
});

test("a changed key counts from the next press on", async () => {
  const keys = new Keys(makeFake(0));
  const keyboard = new Keyboard(keys);
  let moved = 0;
  keyboard.handle({ next: () => void (moved += 1) });
  await keys.set("next", ["w"]);
  keyboard.press(down("j"));
  keyboard.press(down("w"));
  expect(moved).toBe(1);
});

test("a key behind the one that closed a dialog is for what was below it", () => {
  const keyboard = made();
  let decided = 0;
  keyboard.handle({ resolved: () => void (decided += 1) });
  const dialog = document.body.appendChild(document.createElement("div"));
  dialog.setAttribute("role", "dialog");
  const input = dialog.appendChild(document.createElement("input"));
  input.focus();
  for (const state of ["open", "closed"]) {
    dialog.dataset["state"] = state;
    keyboard.press(down("1"));
  }
  expect(decided).toBe(1);
});
