import { expect, test } from "vitest";
import { PaneWidth } from "./paneWidth.svelte";

function storage(kept: Record<string, string> = {}) {
  return {
    kept,
    getItem: (key: string) => kept[key] ?? null,
    setItem: (key: string, value: string) => void (kept[key] = value),
  };
}

test("a width that was dragged is kept, within its limits", () => {
  const store = storage();
  const width = new PaneWidth("list", 360, 240, 640, store);
  width.set(900);
  width.keep();
  expect(new PaneWidth("list", 360, 240, 640, store).px).toBe(640);
  width.set(100);
  expect(width.px).toBe(240);
});

test("nonsense in the storage is the width to start with", () => {
  for (const bad of ["", "wide", "-4", "0"]) {
    expect(new PaneWidth("list", 360, 240, 640, storage({ "width.list": bad })).px).toBe(360);
  }
  expect(new PaneWidth("list", 360, 240, 640, null).px).toBe(360);
});
