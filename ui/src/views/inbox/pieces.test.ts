import { expect, test } from "vitest";
import type { PinView } from "../../backend/bindings";
import { piecesOf } from "./pieces";

const pin = (start: number, end: number): PinView => ({
  id: start,
  place: "comment",
  pointer: "",
  start,
  end,
  quote: "",
  note: null,
  at_ms: 0,
  who: "ines",
});

test("pieces together are the text, whatever lies over it", () => {
  const text = "charged twice for one order";
  const pieces = piecesOf(
    text,
    [
      [0, 7],
      [8, 13],
    ],
    [pin(3, 17), pin(100, 120), pin(20, 400)],
  );
  expect(pieces.map((piece) => piece.text).join("")).toBe(text);
  expect(pieces.filter((piece) => piece.hit).map((piece) => piece.text)).toEqual([
    "cha",
    "rged",
    "twice",
  ]);
  expect(
    pieces
      .filter((piece) => piece.pin)
      .map((piece) => piece.text)
      .join("|"),
  ).toBe("rged| |twice| for|e order".replace("e order", "ne order".slice(1)));
});

test("a text with nothing over it stays whole", () => {
  expect(piecesOf("all", [], [])).toEqual([{ text: "all", hit: false, pin: null }]);
  expect(piecesOf("", [], [pin(0, 4)])).toEqual([]);
});
