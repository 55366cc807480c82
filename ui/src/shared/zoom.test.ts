import { expect, test } from "vitest";
import { Zoom } from "./zoom.svelte";

function kept(start: Record<string, string> = {}) {
  const values = new Map(Object.entries(start));
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
  };
}

test("goes step by step up to its ends, and is drawn so", () => {
  const drawn: number[] = [];
  const zoom = new Zoom(async (factor) => void drawn.push(factor), kept());
  zoom.start();
  expect(drawn).toEqual([]);
  for (let n = 0; n < 20; n++) zoom.larger();
  expect(zoom.factor).toBe(3);
  expect(zoom.largest).toBe(true);
  expect(drawn).toEqual([1.1, 1.25, 1.5, 1.75, 2, 2.5, 3]);
  for (let n = 0; n < 20; n++) zoom.smaller();
  expect(zoom.factor).toBe(0.8);
  expect(zoom.smallest).toBe(true);
  zoom.reset();
  expect(zoom.told).toBe("100 %");
  expect(drawn.at(-1)).toBe(1);
});

test("is as it was left, and nothing else is taken from the storage", () => {
  const storage = kept();
  new Zoom(async () => undefined, storage).larger();
  const drawn: number[] = [];
  const next = new Zoom(async (factor) => void drawn.push(factor), storage);
  next.start();
  expect(drawn).toEqual([1.1]);
  for (const zoom of ["", "0", "1e9", "NaN", "2.00001"]) {
    expect(new Zoom(async () => undefined, kept({ zoom })).factor).toBe(1);
  }
});

test("a window that cannot be zoomed is no error", async () => {
  const zoom = new Zoom(() => Promise.reject(new Error("no")), null);
  zoom.larger();
  await Promise.resolve();
  expect(zoom.factor).toBe(1.1);
});
