import { expect, test } from "vitest";
import type { FeedbackRowView } from "../../backend/bindings";
import { daysUntil, headedEntries } from "./entries";

const now = new Date(2026, 10, 23, 14).getTime();
const row = (id: string, day: number, hour = 10) =>
  ({ id, created_at_ms: new Date(2026, 10, day, hour).getTime() }) as FeedbackRowView;
const rows = [row("a", 23, 13), row("b", 23, 1), row("c", 22), row("d", 20)];

test("rows stand under the heading of their day, with how many there are", () => {
  const told = headedEntries(rows, daysUntil(now), true).map((e) =>
    e.kind === "day" ? `${e.label} ${e.count}` : e.row.id,
  );
  expect(told).toEqual(["Today 2", "a", "b", "Yesterday 1", "c", "Friday 20 November 1", "d"]);
});

test("the last day is not counted while more of it may come", () => {
  const days = headedEntries(rows, daysUntil(now), false).filter((e) => e.kind === "day");
  expect(days.map((e) => e.kind === "day" && e.count)).toEqual([2, 1, null]);
});

test("rows keep their place among the rows alone", () => {
  const places = headedEntries(rows, daysUntil(now), true).flatMap((e) =>
    e.kind === "row" ? [e.index] : [],
  );
  expect(places).toEqual([0, 1, 2, 3]);
});

test("an opened group stays together, and counts as the one row it was", () => {
  const under = (id: string) => id === "b" || id === "c";
  const told = headedEntries(rows, daysUntil(now), true, under).map((e) =>
    e.kind === "day" ? `${e.label} ${e.count}` : e.row.id,
  );
  expect(told).toEqual(["Today 1", "a", "b", "c", "Friday 20 November 1", "d"]);
});
