// Trends of the fake core, counted from the same rows as the inbox: local buckets, Wilson's
// interval, no rate without votes.

import type { Handlers } from "../fake";
import type {
  BucketView,
  FeedbackRowView,
  GetTrends,
  MarkView,
  RateView,
  TrendPointView,
  TrendsView,
  VersionRateView,
} from "../bindings";
import type { World } from "./world";

/** As the core has it: fewer votes than this are shown hollow. */
const FEW = 10;
const Z_95 = 1.959964;

export function trendsCommands(world: World): Pick<Handlers, "get_trends"> {
  return { get_trends: (request) => trends(world, request) };
}

function trends(world: World, request: GetTrends): TrendsView {
  const chosen = (agent: string) => request.agents.length === 0 || request.agents.includes(agent);
  const inRange = world.rows.filter(
    (row) => row.created_at_ms >= request.from_ms && row.created_at_ms < request.to_ms,
  );
  const rows = inRange.filter((row) => chosen(row.agent));
  const once = request.one_vote_per_user;
  const all = tally(rows, once);
  return {
    ...sentences(all),
    ...all,
    points: points(rows, request, world.now),
    marks: marks(world, request).filter((mark) => chosen(mark.agent)),
    versions: versions(world, rows, once),
    agents: world.agents.map(({ name }) => {
      return {
        agent: name,
        ...tally(
          inRange.filter((row) => row.agent === name),
          once,
        ),
      };
    }),
    first_ms: world.rows.at(-1)?.created_at_ms ?? null,
  };
}

interface Tally {
  positive: number;
  negative: number;
  rate: RateView | null;
}

/** `once` keeps the last vote of each user; nothing joins those without an id. */
function tally(rows: FeedbackRowView[], once: boolean): Tally {
  const seen = new Set<string>();
  const counted = rows.filter((row) => {
    if (!once || row.user === null) return true;
    return !seen.has(row.user) && seen.add(row.user);
  });
  const positive = counted.filter((row) => row.outcome === "positive").length;
  const negative = counted.length - positive;
  return { positive, negative, rate: wilson(positive, counted.length) };
}

export function wilson(positive: number, n: number): RateView | null {
  if (n === 0) return null;
  const value = positive / n;
  const z2 = Z_95 * Z_95;
  const centre = (value + z2 / (2 * n)) / (1 + z2 / n);
  const half = (Z_95 / (1 + z2 / n)) * Math.sqrt((value * (1 - value)) / n + z2 / (4 * n * n));
  return { value, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

function sentences(all: Tally): { headline: string; basis: string } {
  if (!all.rate) return { headline: "No votes in this time.", basis: "Nothing to count." };
  const share = (value: number) => `${Math.round(value * 100)}\u00a0%`;
  return {
    headline: `${share(all.rate.value)} satisfied (n = ${all.positive + all.negative}).`,
    basis: `The rate lies between ${share(all.rate.low)} and ${share(all.rate.high)} (95\u00a0%).`,
  };
}

function points(rows: FeedbackRowView[], request: GetTrends, now: number): TrendPointView[] {
  const found: TrendPointView[] = [];
  let start = request.from_ms;
  while (start < request.to_ms) {
    const end = next(start, request.bucket);
    const inside = rows.filter((row) => row.created_at_ms >= start && row.created_at_ms < end);
    const counts = tally(inside, request.one_vote_per_user);
    const few = counts.positive + counts.negative < FEW;
    found.push({ start_ms: start, end_ms: end, ...counts, unfinished: end > now, few });
    start = end;
  }
  return found;
}

/** The local midnight at which the next bucket begins. */
function next(start_ms: number, bucket: BucketView): number {
  const day = new Date(start_ms);
  if (bucket === "month") day.setMonth(day.getMonth() + 1);
  else day.setDate(day.getDate() + (bucket === "week" ? 7 : 1));
  return day.getTime();
}

function start(world: World, version: string): Pick<VersionRateView, "since_ms" | "since_kind"> {
  const known = [...world.versions.values()].flat().find((v) => v.summary.id === version);
  const deployed = known?.summary.deployments.at(0)?.deployed_at_ms ?? null;
  if (deployed !== null) return { since_ms: deployed, since_kind: "deployed" };
  return { since_ms: known?.summary.first_seen_ms ?? null, since_kind: "first_seen" };
}

function marks(world: World, request: GetTrends): MarkView[] {
  const all = [...world.versions.values()].flat().map(({ summary }) => ({
    ...start(world, summary.id),
    agent: summary.agent,
    label: summary.label,
  }));
  return all.flatMap(({ since_ms, since_kind, agent, label }) => {
    if (since_ms === null || since_ms < request.from_ms || since_ms >= request.to_ms) return [];
    return [{ at_ms: since_ms, kind: since_kind, agent, label }];
  });
}

function versions(world: World, rows: FeedbackRowView[], once: boolean): VersionRateView[] {
  const ids = [...new Set(rows.map((row) => row.version))].filter((id) => id !== null);
  const rated = ids.map((version) => {
    const own = rows.filter((row) => row.version === version);
    return {
      version,
      agent: own[0]?.agent ?? "",
      label: own[0]?.version_label ?? version.slice(0, 7),
      model: own[0]?.model ?? null,
      ...start(world, version),
      ...tally(own, once),
    };
  });
  return rated.sort((a, b) => (b.since_ms ?? 0) - (a.since_ms ?? 0));
}
