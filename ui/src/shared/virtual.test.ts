import { expect, test } from "vitest";
import { itemAt, offsetsOf, rangeOf, reveal } from "./virtual";

const offsets = offsetsOf([28, 56, 56, 28, 56]); // 0 28 84 140 168 224

test("offsets are the tops of the items and the height of all", () => {
  expect(offsets).toEqual([0, 28, 84, 140, 168, 224]);
  expect(offsetsOf([])).toEqual([0]);
});

test("the item at a pixel is the one that covers it", () => {
  expect([0, 27, 28, 83, 84, 223].map((y) => itemAt(offsets, y))).toEqual([0, 0, 1, 1, 2, 4]);
  expect(itemAt(offsets, -10)).toBe(0);
  expect(itemAt(offsets, 9999)).toBe(4);
});

test("only what meets the viewport is drawn, with a few more around", () => {
  expect(rangeOf(offsets, 90, 40, 0)).toEqual({ first: 2, end: 3 });
  expect(rangeOf(offsets, 90, 40, 1)).toEqual({ first: 1, end: 4 });
  expect(rangeOf(offsets, 0, 1000, 6)).toEqual({ first: 0, end: 5 });
  expect(rangeOf([0], 0, 1000)).toEqual({ first: 0, end: 0 });
});

test("of a million rows a screenful is drawn", () => {
  const many = offsetsOf(new Array<number>(1_000_000).fill(56));
  const { first, end } = rangeOf(many, 28_000_000, 800, 6);
  expect(first).toBe(499_994);
  expect(end - first).toBeLessThan(30);
});

test("an item in view does not move the list, one out of view moves it as little as it can", () => {
  expect(reveal(offsets, 2, 84, 56)).toBe(84);
  expect(reveal(offsets, 1, 84, 56)).toBe(28);
  expect(reveal(offsets, 1, 84, 56, 28)).toBe(0);
  expect(reveal(offsets, 4, 0, 100)).toBe(124);
});
