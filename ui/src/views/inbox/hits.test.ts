import { expect, test } from "vitest";
import { marked } from "./hits";

const hits = (text: string, search: string) =>
  marked(text, search)
    .filter((piece) => piece.hit)
    .map((piece) => piece.text);

test("searched words are marked whatever their case, and no letter is lost", () => {
  const text = "Charged twice, TWICE charged";
  expect(hits(text, "twice charged")).toEqual(["Charged", "twice", "TWICE", "charged"]);
  expect(
    marked(text, "twice")
      .map((piece) => piece.text)
      .join(""),
  ).toBe(text);
});

test("signs in a search are letters, not a pattern", () => {
  expect(hits("19 % (of) 49.90 a-b [c]", "49.90 (of) a-b [c]")).toEqual([
    "(of)",
    "49.90",
    "a-b",
    "[c]",
  ]);
  expect(hits("4990", "49.90")).toEqual([]);
});

test("nothing searched is nothing marked", () => {
  expect(marked("words", "  ")).toEqual([{ text: "words", hit: false }]);
});
