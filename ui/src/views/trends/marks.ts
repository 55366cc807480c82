// Where the labels of versions stand above the chart. Marks at one place become one, and a label
// that finds no room is shortened, then left to the read-out: labels never run into each other.

import type { MarkKind, MarkView } from "../../backend/bindings";
import type { Scale } from "./frame";

export interface PlacedMark {
  x: number;
  /** 0 is the upper line of labels. */
  row: number;
  kind: MarkKind;
  /** `null`: no room; the diamond stands alone. */
  text: string | null;
  textX: number;
  anchor: "start" | "end";
  marks: MarkView[];
}

export interface MarkWords {
  full(marks: MarkView[]): string;
  short(marks: MarkView[]): string;
  width(text: string): number;
}

export interface MarkSpace {
  left: number;
  right: number;
}

/** Half a diamond and its distance to the text. */
const BESIDE = 10;
const DIAMOND = 6;
const SAME_PLACE = 7;
const APART = 10;

type Span = [number, number];

/** One line of labels if it holds all, two if they hold most; else one, and the read-out has the rest. */
export function arrangeMarks(
  marks: MarkView[],
  times: Scale,
  words: MarkWords,
  space: MarkSpace,
): { rows: number; placed: PlacedMark[] } {
  const one = placeMarks(marks, times, words, space, 1);
  if (one.every((mark) => mark.text !== null)) return { rows: 1, placed: one };
  const two = placeMarks(marks, times, words, space, 2);
  const labelled = two.filter((mark) => mark.text !== null).length;
  return labelled > two.length / 2 ? { rows: 2, placed: two } : { rows: 1, placed: one };
}

/** One line of diamonds without words, for charts of several agents. */
export function laneOfMarks(
  marks: MarkView[],
  times: Scale,
  space: MarkSpace,
): { rows: number; placed: PlacedMark[] } {
  const bare = { row: 0, text: null, anchor: "start" } as const;
  const placed = cluster(marks, times, space).map((group) => ({
    ...group,
    ...bare,
    textX: group.x,
  }));
  return { rows: 1, placed };
}

export function placeMarks(
  marks: MarkView[],
  times: Scale,
  words: MarkWords,
  space: MarkSpace,
  rows: number,
): PlacedMark[] {
  const groups = cluster(marks, times, space);
  const taken: Span[][] = Array.from({ length: rows }, () => []);
  return groups.map((group, index) => {
    const nextX = groups[index + 1]?.x ?? Infinity;
    const row = freeRow(group.x, taken);
    const label = fit(group, row, nextX, taken, words, space);
    const spans = taken[row];
    spans?.push([group.x - DIAMOND, group.x + DIAMOND]);
    if (label) spans?.push(spanOf(label, words));
    const textX = label?.textX ?? group.x;
    return { ...group, row, text: label?.text ?? null, textX, anchor: label?.anchor ?? "start" };
  });
}

interface Group {
  x: number;
  kind: MarkKind;
  marks: MarkView[];
}

function cluster(marks: MarkView[], times: Scale, space: MarkSpace): Group[] {
  const groups: Group[] = [];
  for (const mark of [...marks].sort((a, b) => a.at_ms - b.at_ms)) {
    const x = Math.round(times.at(mark.at_ms)) + 0.5;
    if (x < space.left || x > space.right + 0.5) continue;
    const last = groups.at(-1);
    if (last && x - last.x < SAME_PLACE) {
      last.marks.push(mark);
      if (mark.kind === "deployed") last.kind = "deployed";
    } else {
      groups.push({ x, kind: mark.kind, marks: [mark] });
    }
  }
  return groups;
}

function freeRow(x: number, taken: Span[][]): number {
  const free = taken.findIndex((spans) => !hits([x - DIAMOND, x + DIAMOND], spans));
  return free < 0 ? taken.length - 1 : free;
}

interface Label {
  text: string;
  textX: number;
  anchor: "start" | "end";
}

function fit(
  group: Group,
  row: number,
  nextX: number,
  taken: Span[][],
  words: MarkWords,
  space: MarkSpace,
): Label | null {
  const texts = [words.full(group.marks), words.short(group.marks)];
  const candidates = texts.flatMap((text): Label[] => [
    { text, textX: group.x + BESIDE, anchor: "start" },
    { text, textX: group.x - BESIDE, anchor: "end" },
  ]);
  // The lowest row is crossed by the lines of all marks to come, so it must end before the next.
  const lowest = row === taken.length - 1;
  const end = lowest ? Math.min(space.right, nextX - APART) : space.right;
  const lines = taken.slice(0, row).flat();
  const free = (label: Label) => {
    const span = spanOf(label, words);
    const inside = span[0] >= space.left && span[1] <= end;
    return (
      inside && !hits(span, taken[row] ?? []) && !(label.anchor === "end" && hits(span, lines))
    );
  };
  return candidates.find(free) ?? null;
}

function spanOf(label: Label, words: MarkWords): Span {
  const width = words.width(label.text);
  return label.anchor === "start"
    ? [label.textX, label.textX + width]
    : [label.textX - width, label.textX];
}

function hits(span: Span, spans: Span[]): boolean {
  return spans.some((other) => span[0] < other[1] + APART / 2 && other[0] - APART / 2 < span[1]);
}
