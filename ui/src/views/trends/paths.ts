// The shapes of the trend chart as SVG path data: line, band, gaps, points, bars. One path per
// kind, so that three years of days are as few elements as three weeks. A missing rate breaks the
// line and the band; it is never 0.

import type { TrendPointView } from "../../backend/bindings";
import { middle, type Frame, type Scale } from "./frame";

/** A finished bucket with votes, or the bucket that is still filling. */
export interface Dot {
  index: number;
  x: number;
  y: number;
  lowY: number;
  highY: number;
  few: boolean;
  unfinished: boolean;
}

/** A stretch without votes. */
export interface Gap {
  from: number;
  to: number;
  /** Whether the words fit between the buckets beside it. */
  fits: boolean;
}

export interface RateShapes {
  /** Runs of finished buckets with votes, without a break. */
  line: string;
  band: string;
  /** From the last finished bucket to the one still filling. */
  dotted: string;
  whiskers: string;
  dots: Dot[];
  gaps: Gap[];
}

const WORDS_WIDTH = 58;
/** Half the width of the band of a bucket that stands alone. */
const LONE = 3;

export function rateShapes(points: TrendPointView[], times: Scale, rates: Scale): RateShapes {
  const dots = points.map((point, index) => dot(point, index, times, rates));
  const runs = finishedRuns(dots);
  const open = dots.filter((d): d is Dot => d !== null && d.unfinished);
  return {
    line: runs.map((run) => polyline(run)).join(""),
    band: runs.map(bandOf).join(""),
    dotted: open.map((d) => link(dots[d.index - 1] ?? null, d)).join(""),
    whiskers: open.map((d) => `M${px(d.x)} ${px(d.highY)}V${px(d.lowY)}`).join(""),
    dots: dots.filter((d): d is Dot => d !== null),
    gaps: gaps(points, times),
  };
}

function dot(point: TrendPointView, index: number, times: Scale, rates: Scale): Dot | null {
  if (!point.rate) return null;
  return {
    index,
    x: times.at(middle(point)),
    y: rates.at(point.rate.value),
    lowY: rates.at(point.rate.low),
    highY: rates.at(point.rate.high),
    few: point.few,
    unfinished: point.unfinished,
  };
}

function finishedRuns(dots: (Dot | null)[]): Dot[][] {
  const runs: Dot[][] = [[]];
  for (const d of dots) {
    if (d && !d.unfinished) runs.at(-1)?.push(d);
    else if (runs.at(-1)?.length) runs.push([]);
  }
  return runs.filter((run) => run.length > 0);
}

function polyline(run: Dot[]): string {
  if (run.length < 2) return "";
  return "M" + run.map((d) => `${px(d.x)} ${px(d.y)}`).join("L");
}

function bandOf(run: Dot[]): string {
  const lone = run.length === 1 ? run[0] : undefined;
  const edge = lone
    ? [
        { ...lone, x: lone.x - LONE },
        { ...lone, x: lone.x + LONE },
      ]
    : run;
  const upper = edge.map((d) => `${px(d.x)} ${px(d.highY)}`);
  const lower = edge.map((d) => `${px(d.x)} ${px(d.lowY)}`).reverse();
  return `M${[...upper, ...lower].join("L")}Z`;
}

function link(before: Dot | null, open: Dot): string {
  return before ? `M${px(before.x)} ${px(before.y)}L${px(open.x)} ${px(open.y)}` : "";
}

/** The bucket still filling is no gap: its votes may yet come. */
export function gaps(points: TrendPointView[], times: Scale): Gap[] {
  const found: Gap[] = [];
  let start = -1;
  for (let index = 0; index <= points.length; index++) {
    const point = points[index];
    const empty = point !== undefined && point.rate === null && !point.unfinished;
    if (empty && start < 0) start = index;
    if (!empty && start >= 0) {
      found.push(gapBetween(points, times, start, index - 1));
      start = -1;
    }
  }
  return found;
}

function gapBetween(points: TrendPointView[], times: Scale, first: number, last: number): Gap {
  const before = points[first - 1];
  const after = points[last + 1];
  const from = times.at(before ? middle(before) : (points[first]?.start_ms ?? 0));
  const to = times.at(after ? middle(after) : (points[last]?.end_ms ?? 0));
  return { from, to, fits: to - from >= WORDS_WIDTH + 2 * LONE };
}

const RADIUS = 3.2;
const HOLLOW = 4;
/** Smaller where dots stand close, so that the line is still seen between them. */
export const CLOSE = 16;
const CLOSE_RADIUS = 2.4;
const CLOSE_HOLLOW = 2.8;
/** Nearer than this, dots would hide their line; only those that stand alone or lie last are kept. */
const CROWDED = 7;

/** Filled and hollow dots as circles of one path each. `pitch`: from one bucket to the next. */
export function dotPaths(dots: Dot[], pitch = CLOSE): { solid: string; hollow: string } {
  const [radius, wide] = pitch < CLOSE ? [CLOSE_RADIUS, CLOSE_HOLLOW] : [RADIUS, HOLLOW];
  const shown = dots.filter((d, i) => d.unfinished || roomy(d, dots[i - 1], dots[i + 1]));
  const hollow = shown.filter((d) => d.few || d.unfinished);
  const solid = shown.filter((d) => !d.few && !d.unfinished);
  return {
    solid: solid.map((d) => circle(d.x, d.y, radius)).join(""),
    hollow: hollow.map((d) => circle(d.x, d.y, wide)).join(""),
  };
}

function roomy(d: Dot, before: Dot | undefined, after: Dot | undefined): boolean {
  const near = (other: Dot | undefined) =>
    other !== undefined &&
    Math.abs(other.index - d.index) === 1 &&
    Math.abs(other.x - d.x) < CROWDED;
  return !near(before) && !near(after);
}

function circle(x: number, y: number, r: number): string {
  return `M${px(x - r)} ${px(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`;
}

export interface Bars {
  positive: string;
  negative: string;
  positiveOpen: string;
  negativeOpen: string;
}

const WIDEST = 28;

export function bars(points: TrendPointView[], times: Scale, votes: Scale, plot: Frame): Bars {
  const shapes: Bars = { positive: "", negative: "", positiveOpen: "", negativeOpen: "" };
  const pitch = (plot.right - plot.left) / Math.max(1, points.length);
  const width = Math.max(1, Math.min(WIDEST, Math.round(pitch * 0.6)));
  const zero = Math.round(votes.at(0)) + 0.5;
  for (const point of points) {
    const x = Math.round(times.at(middle(point)) - width / 2);
    const up = column(x, width, zero - 0.5, votes.at(point.positive), point.positive);
    const down = column(x, width, zero + 0.5, votes.at(-point.negative), point.negative);
    if (point.unfinished) {
      shapes.positiveOpen += up;
      shapes.negativeOpen += down;
    } else {
      shapes.positive += up;
      shapes.negative += down;
    }
  }
  return shapes;
}

function column(x: number, width: number, from: number, to: number, count: number): string {
  if (count === 0) return "";
  // One vote is at least one pixel: it was cast, so it is seen.
  const height = Math.max(1, Math.abs(to - from));
  const y = to < from ? from - height : from;
  return `M${x} ${px(y)}h${width}v${px(height)}h${-width}Z`;
}

function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}
