import { expect, test } from "vitest";
import type { FeedbackRowView, VersionSummaryView } from "../../backend/bindings";
import { changedWords, untold } from "./changed";
import { rateWords, sinceWords } from "./versionWords";

const said = (comment: string | null) =>
  ({ id: String(comment), outcome: "positive", comment }) as FeedbackRowView;

test("a changed mind is told with its first words", () => {
  expect(changedWords([])).toBeNull();
  expect(changedWords([said("ok")])).toBe("changed once, first said “ok”");
  expect(changedWords([said("hm"), said("ok\n then")])).toBe(
    "changed 2 times, first said “ok then”",
  );
  expect(changedWords([said(null)])).toBe("changed once, first positive, without a comment");
});

test("earlier words are listed where the sentence does not hold them", () => {
  expect(untold([said("ok")])).toEqual([]);
  expect(untold([said("a".repeat(41))])).toHaveLength(1);
  expect(untold([said("hm"), said("ok")])).toHaveLength(2);
});

const now = new Date(2026, 10, 23).getTime();
const version = (part: Partial<VersionSummaryView>) =>
  ({
    deployments: [],
    first_seen_ms: null,
    created_at_ms: null,
    positive: 0,
    negative: 0,
    ...part,
  }) as unknown as VersionSummaryView;

test("a version says its latest deployment, or when it was first seen", () => {
  const day = (d: number) => new Date(2026, 10, d).getTime();
  const deployments = [
    { environment: "staging", deployed_at_ms: day(3), first_seen_ms: day(4) },
    { environment: "production", deployed_at_ms: day(5), first_seen_ms: day(6) },
    { environment: "dev", deployed_at_ms: null, first_seen_ms: day(7) },
  ];
  expect(sinceWords(version({ deployments }), now)).toBe("Deployed to production 5 Nov");
  expect(sinceWords(version({ deployments: deployments.slice(2) }), now)).toBe(
    "First seen in dev 7 Nov",
  );
  expect(sinceWords(version({ first_seen_ms: day(2) }), now)).toBe("First seen 2 Nov");
  expect(sinceWords(version({}), now)).toBe("");
});

test("no votes are no rate", () => {
  expect(rateWords(version({}))).toBe("no votes");
  expect(rateWords(version({ positive: 36, negative: 22 }))).toBe("62\u00a0% of 58");
});
