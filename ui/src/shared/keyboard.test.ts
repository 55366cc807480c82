import { afterEach, expect, test } from "vitest";
import { Keyboard } from "./keyboard.svelte";

afterEach(() => document.body.replaceChildren());

function down(key: string): KeyboardEvent {
  return new KeyboardEvent("keydown", { key, cancelable: true });
}

test("the innermost screen that knows a command does it", () => {
  const keyboard = new Keyboard();
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
  const keyboard = new Keyboard();
  let closed = 0;
  keyboard.handle({ close: () => void (closed += 1) });
  keyboard.handle({ close: () => false });
  keyboard.press(down("Escape"));
  expect(closed).toBe(1);
});

test("Esc leaves a field and does nothing else", () => {
  const keyboard = new Keyboard();
  let closed = 0;
  keyboard.handle({ close: () => void (closed += 1) });
  const field = document.body.appendChild(document.createElement("input"));
  field.focus();
  keyboard.press(down("Escape"));
  expect(closed).toBe(0);
  expect(document.activeElement).not.toBe(field);
});

test("no key does anything below an open dialog", () => {
  const keyboard = new Keyboard();
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
