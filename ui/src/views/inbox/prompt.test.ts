import { expect, test } from "vitest";
import { changesIn, nextChange, painted, piecesOf } from "./prompt";

test("template variables are cut out of the words around them", () => {
  expect(piecesOf("Give {{return_url}} {% if x %}now")).toEqual([
    { text: "Give ", variable: false },
    { text: "{{return_url}}", variable: true },
    { text: " ", variable: false },
    { text: "{% if x %}", variable: true },
    { text: "now", variable: false },
  ]);
  expect(piecesOf("a { b }} c")).toEqual([{ text: "a { b }} c", variable: false }]);
});

test("what went and what came in its place is one change", () => {
  const spans = painted([
    { kind: "same", text: "Answer in " },
    { kind: "removed", text: "English" },
    { kind: "same", text: " " },
    { kind: "added", text: "their language" },
    { kind: "same", text: ". Keep it\n" },
    { kind: "added", text: "short" },
  ]);
  expect(spans.map((s) => s.change)).toEqual([null, 0, null, 0, null, 1]);
  expect(changesIn(spans)).toBe(2);
});

test("a new line between two changes makes them two", () => {
  const spans = painted([
    { kind: "added", text: "one" },
    { kind: "same", text: "\n" },
    { kind: "added", text: "two" },
  ]);
  expect(changesIn(spans)).toBe(2);
  expect(changesIn(painted([{ kind: "same", text: "all" }]))).toBe(0);
});

test("blanks at the ends of a change are not painted, and no word is lost", () => {
  const spans = painted([{ kind: "added", text: " Be warm. " }]);
  expect(spans.map((s) => [s.kind, s.text])).toEqual([
    ["same", " "],
    ["added", "Be warm."],
    ["same", " "],
  ]);
});

test("going through the changes ends where it began", () => {
  expect(nextChange(-1, 1, 3)).toBe(0);
  expect(nextChange(-1, -1, 3)).toBe(2);
  expect(nextChange(2, 1, 3)).toBe(0);
  expect(nextChange(0, -1, 3)).toBe(2);
  expect(nextChange(0, 1, 0)).toBe(-1);
});
