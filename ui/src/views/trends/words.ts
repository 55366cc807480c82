// What Trends says in words: dates on the axis, the read-out of one bucket, the text that stands
// for the chart where it cannot be seen. The headline comes from the core and is not made here.

import type {
  BucketView,
  MarkView,
  RateView,
  TrendPointView,
  TrendsView,
} from "../../backend/bindings";
import { NBSP, number, percent, shortDate } from "../../shared/format";
import { FEW } from "./intervals";
import { middle, type Scale } from "./frame";

/** As in "14 Sep". */
export function shortDay(ms: number): string {
  return shortDate(ms, ms);
}

/** As in "14 Sep 2026". */
export function longDay(ms: number): string {
  return `${shortDay(ms)} ${new Date(ms).getFullYear()}`;
}

function dayWords(ms: number, options: Intl.DateTimeFormatOptions): string {
  return new Date(ms).toLocaleDateString("en-GB", options);
}

export function bucketName(bucket: BucketView): string {
  return { day: "day", week: "week", month: "month" }[bucket];
}

/** As in "Mon 10 Aug 2026", "10 Aug to 16 Aug 2026", "August 2026". */
export function bucketWords(point: TrendPointView, bucket: BucketView): string {
  if (bucket === "month") return dayWords(point.start_ms, { month: "long", year: "numeric" });
  if (bucket === "week") return `${shortDay(point.start_ms)} to ${longDay(point.end_ms - 1)}`;
  return `${dayWords(point.start_ms, { weekday: "short" })} ${longDay(point.start_ms)}`;
}

export interface Tick {
  x: number;
  text: string;
  unfinished: boolean;
}

/** Dates under the chart, as many as fit; the bucket still filling always has its own. */
export function dateTicks(
  points: TrendPointView[],
  times: Scale,
  bucket: BucketView,
  apart = 76,
): Tick[] {
  const xs = points.map((point) => times.at(middle(point)));
  const first = xs[0] ?? 0;
  const pitch = xs.length > 1 ? ((xs.at(-1) ?? first) - first) / (xs.length - 1) : apart;
  const { every, from } = rhythm(points, Math.ceil(apart / Math.max(pitch, 0.01)), bucket);
  const ticks = points.map((point, index) => ({
    x: xs[index] ?? first,
    text: axisDate(point, points[index - every], bucket),
    unfinished: point.unfinished,
  }));
  const last = ticks.at(-1);
  return ticks.filter((tick, index) => {
    if (last?.unfinished && tick !== last && last.x - tick.x < apart * 0.8) return false;
    return index % every === from || (tick === last && tick.unfinished);
  });
}

/** Days that cannot all be named are named by their Mondays. */
function rhythm(
  points: TrendPointView[],
  fitting: number,
  bucket: BucketView,
): { every: number; from: number } {
  const every = Math.max(1, fitting);
  if (bucket !== "day" || every === 1) return { every, from: 0 };
  const monday = points.findIndex((point) => new Date(point.start_ms).getDay() === 1);
  return { every: Math.ceil(every / 7) * 7, from: Math.max(0, monday) };
}

/** The year stands where it begins. */
function axisDate(
  point: TrendPointView,
  before: TrendPointView | undefined,
  bucket: BucketView,
): string {
  const year = new Date(point.start_ms).getFullYear();
  const began = before !== undefined && new Date(before.start_ms).getFullYear() !== year;
  const date =
    bucket === "month" ? dayWords(point.start_ms, { month: "short" }) : shortDay(point.start_ms);
  return began ? `${date} ${year}` : date;
}

export function interval(rate: RateView): string {
  return `${percent(rate.low)} to ${percent(rate.high)}`;
}

/** What one bucket says, line by line. */
export function readout(point: TrendPointView, bucket: BucketView, marks: MarkView[]): string[] {
  const lines: string[] = [];
  if (point.rate) {
    lines.push(`${percent(point.rate.value)} satisfied, 95${NBSP}%: ${interval(point.rate)}`);
    const n = point.positive + point.negative;
    lines.push(
      `${number(point.positive)} positive, ${number(point.negative)} negative (n = ${number(n)})`,
    );
  } else {
    lines.push(point.unfinished ? "No votes yet" : "No votes");
  }
  if (point.unfinished) lines.push(`The ${bucketName(bucket)} is not over`);
  if (point.few && point.rate) lines.push(`Under ${FEW} votes: says little`);
  return [...lines, ...marks.map(markFull)];
}

function markVerb(mark: MarkView): string {
  return mark.kind === "deployed" ? "deployed" : "first seen";
}

export function markFull(mark: MarkView): string {
  return `${mark.agent} ${mark.label} ${markVerb(mark)} ${shortDay(mark.at_ms)}`;
}

/** Labels of marks at one place, on the chart of one agent. */
export function markLabels() {
  return {
    full(marks: MarkView[]): string {
      const first = marks[0];
      if (!first) return "";
      if (marks.length > 1) return `${marks.length} versions, ${shortDay(first.at_ms)}`;
      return `${first.label} ${markVerb(first)} ${shortDay(first.at_ms)}`;
    },
    short(marks: MarkView[]): string {
      const first = marks[0];
      if (!first) return "";
      return marks.length > 1 ? `${marks.length} versions` : first.label;
    },
  };
}

/** The chart in words, for those who do not see it. */
export function chartWords(trends: TrendsView, bucket: BucketView): string {
  const rated = trends.points.filter((point) => point.rate);
  const first = trends.points[0];
  const last = trends.points.at(-1);
  if (!first || !last) return "No votes in this time.";
  const empty = trends.points.length - rated.length;
  const span = `${longDay(first.start_ms)} to ${longDay(last.end_ms - 1)}`;
  const gaps = empty > 0 ? ` ${empty} without votes.` : "";
  const marks = trends.marks.map(markFull).join("; ");
  return (
    `Satisfaction rate per ${bucketName(bucket)}, ${span}: ${rated.length} with a rate.${gaps}` +
    ` ${number(trends.positive)} positive and ${number(trends.negative)} negative votes.` +
    (marks ? ` ${marks}.` : "")
  );
}
