// Dates, read-outs and the range that is asked for.

import { describe, expect, test } from "vitest";
import type { TrendPointView } from "../../backend/bindings";
import { bucketStart, trendsRequest, type Asked } from "./range";
import { bucketWords, dateTicks, readout } from "./words";

const NOW = Date.UTC(2026, 10, 25, 15, 30);
const DAY = 86_400_000;

function point(start_ms: number, days: number, more: Partial<TrendPointView> = {}): TrendPointView {
  const rate = { value: 0.75, low: 0.55, high: 0.88 };
  const votes = { positive: 18, negative: 6, rate };
  return {
    start_ms,
    end_ms: start_ms + days * DAY,
    ...votes,
    unfinished: false,
    few: false,
    ...more,
  };
}

describe("the range asked for", () => {
  const asked: Asked = { range: "30", bucket: "day", agents: [], oneVotePerUser: false };

  test("thirty days are thirty buckets, today included", () => {
    const request = trendsRequest(1, asked, NOW, null);
    expect((request.to_ms - request.from_ms) / DAY).toBe(30);
    expect(request.to_ms).toBe(Date.UTC(2026, 10, 26));
  });

  test("weeks begin on a Monday and months on the first, so no bucket is cut", () => {
    expect(bucketStart(NOW, "week")).toBe(Date.UTC(2026, 10, 23));
    expect(bucketStart(Date.UTC(2026, 10, 29, 9), "week")).toBe(Date.UTC(2026, 10, 23));
    expect(bucketStart(NOW, "month")).toBe(Date.UTC(2026, 10, 1));
  });

  test("all begins with the oldest feedback", () => {
    const first = Date.UTC(2026, 7, 12, 8);
    const all: Asked = { ...asked, range: "all", bucket: "week" };
    expect(trendsRequest(1, all, NOW, first).from_ms).toBe(Date.UTC(2026, 7, 10));
  });
});

describe("words", () => {
  test("a bucket is named by what it spans", () => {
    const start = Date.UTC(2026, 7, 10);
    expect(bucketWords(point(start, 1), "day")).toBe("Mon 10 Aug 2026");
    expect(bucketWords(point(start, 7), "week")).toBe("10 Aug to 16 Aug 2026");
    expect(bucketWords(point(Date.UTC(2026, 7, 1), 31), "month")).toBe("August 2026");
  });

  test("a read-out says the rate, its interval and n", () => {
    expect(readout(point(0, 7), "week", [])).toEqual([
      "75\u00a0% satisfied, 95\u00a0%: 55\u00a0% to 88\u00a0%",
      "18 positive, 6 negative (n = 24)",
    ]);
  });

  test("no votes are said, not shown as nought per cent", () => {
    const empty = point(0, 7, { positive: 0, negative: 0, rate: null });
    expect(readout(empty, "week", [])).toEqual(["No votes"]);
    expect(readout({ ...empty, unfinished: true }, "week", [])[0]).toBe("No votes yet");
  });

  test("dates keep their distance and the bucket still filling keeps its own", () => {
    const points = Array.from({ length: 60 }, (_, i) => point(NOW + i * DAY, 1));
    points.at(-1)!.unfinished = true;
    const times = {
      at: (ms: number) => ((ms - NOW) / DAY) * 16,
      domain: [0, 1] as [number, number],
    };
    const ticks = dateTicks(points, times, "day");
    const between = ticks.slice(1).map((tick, i) => tick.x - ticks[i]!.x);
    expect(Math.min(...between)).toBeGreaterThanOrEqual(60);
    expect(ticks.at(-1)?.unfinished).toBe(true);
    expect(ticks.slice(0, 2).map((tick) => tick.text)).toEqual(["30 Nov", "7 Dec"]);
    expect(ticks.filter((tick) => tick.text.includes("2027"))).toHaveLength(1);
  });
});
