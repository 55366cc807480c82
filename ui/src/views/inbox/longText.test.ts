import { expect, test } from "vitest";
import { beginning } from "./longText";

test("a text of ordinary length is shown whole", () => {
  expect(beginning("word ".repeat(150))).toBeNull();
  expect(beginning("")).toBeNull();
});

test("a very long one is cut between words", () => {
  const text = "word ".repeat(400);
  const start = beginning(text) ?? "";
  expect(text.startsWith(start)).toBe(true);
  expect(start.endsWith("word")).toBe(true);
  expect(start.length).toBeLessThanOrEqual(700);
});

test("many short lines are cut too", () => {
  expect(beginning("a\n".repeat(100))?.split("\n")).toHaveLength(14);
});

test("no letter is cut in two", () => {
  const start = beginning("\u{1F600}".repeat(600)) ?? "";
  expect(start.isWellFormed()).toBe(true);
});
