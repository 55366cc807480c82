import { expect, test } from "vitest";
import {
  bytes,
  clockTime,
  cost,
  count,
  dateTime,
  dayHeading,
  duration,
  number,
  percent,
  plural,
  rowTime,
  sentenceTime,
  shortDate,
  shortId,
  signed,
} from "./format";

/** In the machine's zone, whatever it is. */
const at = (y: number, m: number, d: number, h = 12, min = 0) =>
  new Date(y, m - 1, d, h, min).getTime();
const now = at(2026, 11, 23, 14, 2); // a Monday

test("a row says the clock today, the weekday this week, then the date", () => {
  expect(rowTime(at(2026, 11, 23, 0, 5), now)).toBe("00:05");
  expect(rowTime(at(2026, 11, 22, 23, 59), now)).toBe("Sun 23:59");
  expect(rowTime(at(2026, 11, 17, 8, 30), now)).toBe("Tue 08:30");
  expect(rowTime(at(2026, 11, 16, 8, 30), now)).toBe("16 Nov");
  expect(rowTime(at(2025, 11, 16), now)).toBe("16 Nov 2025");
});

test("a time that lies ahead is a date, not a weekday gone by", () => {
  expect(rowTime(at(2026, 11, 25), now)).toBe("25 Nov");
});

test("day headings are Today, Yesterday, then the day in full", () => {
  expect(dayHeading(at(2026, 11, 23, 0, 0), now)).toBe("Today");
  expect(dayHeading(at(2026, 11, 22, 23, 59), now)).toBe("Yesterday");
  expect(dayHeading(at(2026, 11, 20), now)).toBe("Friday 20 November");
  expect(dayHeading(at(2025, 12, 31), now)).toBe("Wednesday 31 December 2025");
});

test("times in sentences name the day unless it is today", () => {
  expect(clockTime(now)).toBe("14:02");
  expect(sentenceTime(now, now)).toBe("14:02");
  expect(sentenceTime(at(2026, 11, 22, 22, 10), now)).toBe("Sun 22 Nov, 22:10");
  expect(dateTime(at(2026, 11, 23, 11, 47))).toBe("Mon 23 Nov 2026, 11:47");
  expect(shortDate(at(2026, 10, 30), now)).toBe("30 Oct");
});

test("mailbox counts are silent at zero and end at 99+", () => {
  expect([0, 1, 99, 100, 48_210].map(count)).toEqual(["", "1", "99", "99+", "99+"]);
});

test("numbers have thousands, minus is a minus, percent keeps its space", () => {
  expect(number(48_210)).toBe("48,210");
  expect(signed(32)).toBe("+32");
  expect(signed(-8)).toBe("\u22128");
  expect(signed(0)).toBe("0");
  expect(percent(0.776)).toBe("78\u00a0%");
  expect(percent(-0.004)).toBe("0\u00a0%");
  expect(percent(-0.05, 1)).toBe("\u22125.0\u00a0%");
});

test("durations, costs and sizes are short", () => {
  expect(duration(2.34)).toBe("2.3\u00a0s");
  expect(duration(48.4)).toBe("48\u00a0s");
  expect(duration(125)).toBe("2\u00a0min 5\u00a0s");
  expect(duration(59.7)).toBe("1\u00a0min");
  expect(cost(0.0041)).toBe("$0.0041");
  expect(cost(0)).toBe("$0");
  expect(cost(0.00002)).toBe("<$0.0001");
  expect(cost(1.5)).toBe("$1.50");
  expect(bytes(812)).toBe("812\u00a0B");
  expect(bytes(1_240_000)).toBe("1.2\u00a0MB");
});

test("one of a thing has no s", () => {
  expect(plural(1, "vote")).toBe("1 vote");
  expect(plural(1200, "vote")).toBe("1,200 votes");
});

test("long ids show both ends, short ones stay whole", () => {
  expect(shortId("0193a7f2-71c4-7d0e-9b1a-5c2f8e1cc41e")).toBe("0193a7f2…c41e");
  expect(shortId("run-1")).toBe("run-1");
});
