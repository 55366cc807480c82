import { expect, test } from "vitest";
import { beginning, cutAt, STRETCH } from "./longText";

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

test("no letter is cut in two, however many parts it has", () => {
  expect((beginning("\u{1F600}".repeat(600)) ?? "").isWellFormed()).toBe(true);
  const family = "👩‍👩‍👧‍👦";
  const start = cutAt(family.repeat(200), 702);
  expect(start.length % family.length).toBe(0);
  expect(start.length).toBeGreaterThan(680);
});

test("a stretch of a text without blanks is cut all the same", () => {
  expect(cutAt("x".repeat(50_000), STRETCH)).toHaveLength(STRETCH);
});
