// Which stretch of time Trends asks for. It begins where a bucket begins on local clocks, so that
// the first bucket is not cut, and ends with the current day. The clock is an argument.

import type { BucketView, GetTrends } from "../../backend/bindings";

export type RangeName = "30" | "90" | "all";

export interface Asked {
  range: RangeName;
  bucket: BucketView;
  agents: string[];
  oneVotePerUser: boolean;
}

/** `firstMs`: the oldest feedback in the cache, if it is known. */
export function trendsRequest(
  connection: number,
  asked: Asked,
  nowMs: number,
  firstMs: number | null,
): GetTrends {
  return {
    connection,
    agents: asked.agents,
    from_ms: fromMs(asked, nowMs, firstMs),
    to_ms: dayAfter(nowMs),
    bucket: asked.bucket,
    one_vote_per_user: asked.oneVotePerUser,
  };
}

function fromMs(asked: Asked, nowMs: number, firstMs: number | null): number {
  if (asked.range === "all") return bucketStart(firstMs ?? nowMs, asked.bucket);
  const day = new Date(nowMs);
  day.setDate(day.getDate() - Number(asked.range) + 1);
  return bucketStart(day.getTime(), asked.bucket);
}

/** Local midnight at the start of the day, the Monday or the first of the month. */
export function bucketStart(atMs: number, bucket: BucketView): number {
  const day = new Date(atMs);
  day.setHours(0, 0, 0, 0);
  if (bucket === "week") day.setDate(day.getDate() - ((day.getDay() + 6) % 7));
  if (bucket === "month") day.setDate(1);
  return day.getTime();
}

function dayAfter(nowMs: number): number {
  const day = new Date(nowMs);
  day.setHours(0, 0, 0, 0);
  day.setDate(day.getDate() + 1);
  return day.getTime();
}
