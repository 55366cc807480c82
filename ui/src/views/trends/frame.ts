// Where the parts of the trend chart lie: rates above, votes below, dates under both, and one time
// line through all of it. No drawing, no colours, no words.

import type { TrendPointView } from "../../backend/bindings";

export interface Frame {
  width: number;
  height: number;
  left: number;
  right: number;
  rateTop: number;
  rateBottom: number;
  votesTop: number;
  votesBottom: number;
  /** Baseline of the dates. */
  datesY: number;
}

/** A straight scale that can be read both ways. */
export interface Scale {
  at(value: number): number;
  domain: [number, number];
}

const LEFT = 46;
const RIGHT = 10;
const MARK_ROW = 18;

/** `markRows`: how many lines of version labels stand above the plot. */
export function frame(width: number, height: number, markRows = 1): Frame {
  const rateTop = 16 + MARK_ROW * Math.max(1, markRows);
  const datesY = height - 6;
  const votesBottom = height - 34;
  const votesHeight = Math.round((votesBottom - rateTop) * 0.19);
  const votesTop = votesBottom - votesHeight;
  return {
    width,
    height,
    left: LEFT,
    right: width - RIGHT,
    rateTop,
    rateBottom: votesTop - 40,
    votesTop,
    votesBottom,
    datesY,
  };
}

export function scale(domain: [number, number], range: [number, number]): Scale {
  const span = domain[1] - domain[0];
  const perUnit = span === 0 ? 0 : (range[1] - range[0]) / span;
  return { at: (value) => range[0] + (value - domain[0]) * perUnit, domain };
}

/** The middle of a bucket: its votes were cast between its two ends. */
export function middle(point: TrendPointView): number {
  return (point.start_ms + point.end_ms) / 2;
}

export function timeScale(points: TrendPointView[], plot: Frame): Scale {
  const first = points[0]?.start_ms ?? 0;
  const last = points.at(-1)?.end_ms ?? 1;
  return scale([first, last], [plot.left, plot.right]);
}

const RATE_STEP = 0.2;

/** Ends at 100 %, begins at the step under the lowest band, so that no interval is cut off. */
export function rateScale(points: TrendPointView[], plot: Frame): Scale {
  const lowest = points.reduce((low, point) => Math.min(low, point.rate?.low ?? 1), 0.8);
  const bottom = Math.max(0, Math.floor(lowest / RATE_STEP + 1e-9) * RATE_STEP);
  return scale([bottom, 1], [plot.rateBottom, plot.rateTop]);
}

export function rateTicks(rates: Scale): number[] {
  const count = Math.round((rates.domain[1] - rates.domain[0]) / RATE_STEP);
  return Array.from({ length: count + 1 }, (_, step) => rates.domain[0] + step * RATE_STEP);
}

/** Positive votes up, negative down, both in the same unit, from one line at `at(0)`. */
export function voteScale(points: TrendPointView[], plot: Frame): Scale {
  const up = points.reduce((most, point) => Math.max(most, point.positive), 1);
  const down = points.reduce((most, point) => Math.max(most, point.negative), 1);
  return scale([-down, up], [plot.votesBottom, plot.votesTop]);
}

/** 0 and one round number to each side, where there is room for it. */
export function voteTicks(votes: Scale, room = 16): number[] {
  const ticks = [0];
  for (const side of [votes.domain[0], votes.domain[1]]) {
    const tick = Math.sign(side) * roundBelow(Math.abs(side));
    if (Math.abs(votes.at(tick) - votes.at(0)) >= room) ticks.push(tick);
  }
  return ticks;
}

/** The largest of 1, 2, 5, 10, 20, 50 … that is not above `value`. */
export function roundBelow(value: number): number {
  if (value < 1) return 0;
  const power = 10 ** Math.floor(Math.log10(value));
  const lead = value / power;
  return (lead >= 5 ? 5 : lead >= 2 ? 2 : 1) * power;
}

/** The bucket whose middle is nearest to `x`; -1 without buckets. */
export function nearest(points: TrendPointView[], times: Scale, x: number): number {
  let best = -1;
  let distance = Infinity;
  points.forEach((point, index) => {
    const away = Math.abs(times.at(middle(point)) - x);
    if (away < distance) [best, distance] = [index, away];
  });
  return best;
}

/** The bucket an instant falls into; -1 outside all of them. */
export function bucketOf(points: TrendPointView[], at_ms: number): number {
  return points.findIndex((point) => point.start_ms <= at_ms && at_ms < point.end_ms);
}
