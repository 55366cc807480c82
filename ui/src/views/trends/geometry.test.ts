// The shapes of the trend chart: gaps, bands, the bucket still filling, scales and ticks.

import { describe, expect, test } from "vitest";
import type { TrendPointView } from "../../backend/bindings";
import { bucketOf, frame, nearest, rateScale, rateTicks, roundBelow, timeScale } from "./frame";
import { voteScale, voteTicks } from "./frame";
import { place, sharedScale } from "./intervals";
import { bars, dotPaths, gaps, rateShapes } from "./paths";

const DAY = 86_400_000;

/** One bucket a day; `null` is a day without votes. */
function days(...values: (number | null)[]): TrendPointView[] {
  return values.map((value, index) => ({
    start_ms: index * DAY,
    end_ms: (index + 1) * DAY,
    positive: value === null ? 0 : Math.round(value * 20),
    negative: value === null ? 0 : 20 - Math.round(value * 20),
    rate: value === null ? null : { value, low: value - 0.1, high: value + 0.1 },
    unfinished: false,
    few: value === null,
  }));
}

function shapes(points: TrendPointView[]) {
  const plot = frame(1016, 316);
  return rateShapes(points, timeScale(points, plot), rateScale(points, plot));
}

describe("the line", () => {
  test("a day without votes breaks the line and the band in two", () => {
    const { line, band } = shapes(days(0.7, 0.8, null, 0.6, 0.7));
    expect(line.match(/M/g)).toHaveLength(2);
    expect(band.match(/Z/g)).toHaveLength(2);
  });

  test("no coordinate is missing and none is drawn at zero for a gap", () => {
    const { line, dots } = shapes(days(0.7, null, 0.8));
    expect(line).not.toContain("NaN");
    expect(dots.map((dot) => dot.index)).toEqual([0, 2]);
  });

  test("a bucket between two gaps has no line but a band of its own", () => {
    const { line, band } = shapes(days(null, 0.7, null));
    expect(line).toBe("");
    expect(band).toMatch(/^M.*Z$/);
  });

  test("the bucket still filling is linked by dots, has a whisker and is not in the line", () => {
    const points = days(0.7, 0.8, 0.5);
    points[2]!.unfinished = true;
    const { line, dotted, whiskers, band } = shapes(points);
    expect(line.match(/L/g)).toHaveLength(1);
    expect(dotted).toMatch(/^M[\d.]+ [\d.]+L[\d.]+ [\d.]+$/);
    expect(whiskers).toMatch(/^M[\d.]+ [\d.]+V[\d.]+$/);
    expect(band.match(/L/g)).toHaveLength(3);
  });

  test("after a gap the bucket still filling is linked to nothing", () => {
    const points = days(0.7, null, 0.5);
    points[2]!.unfinished = true;
    expect(shapes(points).dotted).toBe("");
  });
});

describe("gaps", () => {
  const plot = frame(1016, 316);

  test("days without votes in a row are one gap, from the last vote to the next", () => {
    const points = days(0.7, null, null, 0.6);
    const times = timeScale(points, plot);
    const found = gaps(points, times);
    expect(found).toHaveLength(1);
    expect(found[0]).toEqual({ from: times.at(DAY / 2), to: times.at(3.5 * DAY), fits: true });
  });

  test("a gap at the beginning starts with the plot", () => {
    const points = days(null, 0.6);
    expect(gaps(points, timeScale(points, plot))[0]?.from).toBe(plot.left);
  });

  test("words are not put where they do not fit", () => {
    const many = Array.from({ length: 120 }, (_, i) => (i === 50 ? null : 0.7));
    const points = days(...many);
    expect(gaps(points, timeScale(points, plot))[0]?.fits).toBe(false);
  });

  test("a bucket still filling without votes is not a gap", () => {
    const points = days(0.7, null);
    points[1]!.unfinished = true;
    expect(gaps(points, timeScale(points, plot))).toEqual([]);
  });
});

describe("dots", () => {
  test("few votes are hollow, enough are solid", () => {
    const points = days(0.7, 0.8);
    points[1]!.few = true;
    const paths = dotPaths(shapes(points).dots);
    expect(paths.solid.match(/M/g)).toHaveLength(1);
    expect(paths.hollow.match(/M/g)).toHaveLength(1);
  });

  test("crowded dots are left out, but not one that stands alone", () => {
    const many = Array.from({ length: 400 }, (_, i) => (i === 99 || i === 101 ? null : 0.7));
    const paths = dotPaths(shapes(days(...many)).dots);
    expect(paths.solid.match(/M/g)).toHaveLength(1);
  });
});

describe("scales", () => {
  const plot = frame(1016, 316);

  test("rates end at 100 % and begin under the lowest band", () => {
    const rates = rateScale(days(0.5, 0.9), plot);
    expect(rates.domain).toEqual([0.4, 1]);
    expect(rates.at(1)).toBeCloseTo(plot.rateTop, 9);
    expect(rateTicks(rates).map((tick) => Math.round(tick * 100))).toEqual([40, 60, 80, 100]);
  });

  test("a band that reaches 0 % is drawn whole", () => {
    expect(rateScale(days(0.1), plot).domain[0]).toBe(0);
  });

  test("up and down have the same unit", () => {
    const votes = voteScale(days(0.9, 0.3), plot);
    const up = votes.at(0) - votes.at(10);
    expect(votes.at(-10) - votes.at(0)).toBeCloseTo(up, 9);
  });

  test("ticks of votes are round numbers with room around them", () => {
    expect([0, 1, 3, 9, 23, 480].map(roundBelow)).toEqual([0, 1, 2, 5, 20, 200]);
    const votes = { at: (value: number) => -value * 2, domain: [-3, 25] as [number, number] };
    expect(voteTicks(votes)).toEqual([0, 20]);
  });

  test("a pointer finds the nearest bucket and an instant its own", () => {
    const points = days(0.7, 0.8, 0.9);
    const times = timeScale(points, plot);
    expect(nearest(points, times, times.at(1.6 * DAY))).toBe(1);
    expect(nearest(points, times, 5000)).toBe(2);
    expect(bucketOf(points, DAY)).toBe(1);
    expect(bucketOf(points, 3 * DAY)).toBe(-1);
  });
});

describe("bars", () => {
  test("a single vote is still seen, none is not drawn", () => {
    const plot = frame(1016, 316);
    const points = days(1, 1, 1);
    points[0]!.positive = 100_000;
    points[1]!.positive = 1;
    points[2]!.positive = 0;
    const shape = bars(points, timeScale(points, plot), voteScale(points, plot), plot);
    expect(shape.positive.match(/v1h/g)).toHaveLength(1);
    expect(shape.negative).toBe("");
  });

  test("the bucket still filling has bars of its own kind", () => {
    const plot = frame(1016, 316);
    const points = days(0.5);
    points[0]!.unfinished = true;
    const shape = bars(points, timeScale(points, plot), voteScale(points, plot), plot);
    expect(shape.positive + shape.negative).toBe("");
    expect(shape.positiveOpen).not.toBe("");
    expect(shape.negativeOpen).not.toBe("");
  });
});

describe("the shared scale of small intervals", () => {
  test("holds every interval and ends at tens", () => {
    const rates = [
      { value: 0.62, low: 0.34, high: 0.84 },
      null,
      { value: 0.8, low: 0.7, high: 0.9 },
    ];
    const shared = sharedScale(rates);
    expect(shared).toEqual({ low: 30, high: 90 });
    expect(place(0.3, shared, 124)).toBe(0);
    expect(place(0.9, shared, 124)).toBeCloseTo(124, 9);
  });

  test("is the whole where nothing is known", () => {
    expect(sharedScale([null])).toEqual({ low: 0, high: 100 });
  });
});
