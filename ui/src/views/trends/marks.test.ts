// Labels of versions above the chart never touch each other or a line.

import { describe, expect, test } from "vitest";
import type { MarkKind, MarkView } from "../../backend/bindings";
import { arrangeMarks, laneOfMarks, placeMarks, type PlacedMark } from "./marks";

const times = { at: (ms: number) => ms, domain: [0, 1000] as [number, number] };
const words = {
  full: (marks: MarkView[]) => `${marks[0]!.label} deployed 14 Sep`,
  short: (marks: MarkView[]) => marks[0]!.label,
  width: (text: string) => text.length * 6.5,
};

const space = { left: 46, right: 1000 };

function at(...places: number[]): MarkView[] {
  const kind: MarkKind = "deployed";
  return places.map((at_ms, i) => ({ at_ms, agent: "support-chat", label: `3.${i}`, kind }));
}

function place(marks: MarkView[], rows = 1): PlacedMark[] {
  return placeMarks(marks, times, words, space, rows);
}

function spans(placed: PlacedMark[], row: number): [number, number][] {
  return placed
    .filter((mark) => mark.row === row && mark.text !== null)
    .map((mark): [number, number] => {
      const width = words.width(mark.text!);
      return mark.anchor === "start"
        ? [mark.textX, mark.textX + width]
        : [mark.textX - width, mark.textX];
    });
}

function crossings(placed: PlacedMark[]): number {
  let found = 0;
  for (const row of [0, 1]) {
    const own = spans(placed, row);
    own.forEach((a, i) =>
      own.slice(i + 1).forEach((b) => (found += a[0] < b[1] && b[0] < a[1] ? 1 : 0)),
    );
    for (const mark of placed.filter((other) => other.row <= row)) {
      found += own.filter(([from, to]) => from < mark.x && mark.x < to).length;
    }
  }
  return found;
}

describe("labels of versions", () => {
  test("stand in full beside their mark where there is room", () => {
    const placed = place(at(300, 700));
    expect(placed.map((mark) => mark.text)).toEqual(["3.0 deployed 14 Sep", "3.1 deployed 14 Sep"]);
    expect(placed[0]).toMatchObject({ textX: 310.5, anchor: "start", row: 0 });
  });

  test("turn to the left at the right edge", () => {
    expect(place(at(960))[0]).toMatchObject({ anchor: "end", text: "3.0 deployed 14 Sep" });
  });

  test("are shortened before they run into the next mark", () => {
    const placed = place(at(100, 150, 600));
    expect(placed[0]?.text).toBe("3.0");
    expect(crossings(placed)).toBe(0);
  });

  test("use a second line where one is not enough", () => {
    const placed = place(at(300, 360), 2);
    expect(placed.map((mark) => mark.row)).toEqual([0, 1]);
    expect(placed.every((mark) => mark.text?.endsWith("Sep"))).toBe(true);
  });

  test("of a crowd never touch, in one line or in two", () => {
    const crowd = at(...Array.from({ length: 40 }, (_, i) => 60 + ((i * 211) % 930)));
    for (const rows of [1, 2]) expect(crossings(place(crowd, rows))).toBe(0);
  });

  test("take a second line only where that names most of them", () => {
    const rows = (...places: number[]) => arrangeMarks(at(...places), times, words, space).rows;
    expect(rows(300, 700)).toBe(1);
    expect(rows(60, 75)).toBe(2);
    expect(rows(...Array.from({ length: 40 }, (_, i) => 60 + i * 23))).toBe(1);
  });

  test("at one place become one mark, filled if any was deployed", () => {
    const both = at(300, 303);
    both[0]!.kind = "first_seen";
    const placed = place(both);
    expect(placed).toHaveLength(1);
    expect(placed[0]).toMatchObject({ kind: "deployed" });
    expect(placed[0]?.marks).toHaveLength(2);
  });

  test("outside the range are not drawn", () => {
    expect(place(at(10, 2000))).toEqual([]);
  });

  test("of several agents are one lane without words, each drawn where another is not", () => {
    const crowd = at(...Array.from({ length: 49 }, (_, i) => 60 + ((i * 211) % 930)));
    const { rows, placed } = laneOfMarks(crowd, times, space);
    expect(rows).toBe(1);
    expect(placed.every((mark) => mark.text === null && mark.row === 0)).toBe(true);
    expect(placed.flatMap((mark) => mark.marks)).toHaveLength(49);
  });
});
