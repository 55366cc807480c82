// A story in order: days, what can be opened, and what was said before.

import { describe, expect, test } from "vitest";
import type { FeedbackRowView, StoryEntryView } from "../../backend/bindings";
import { beforeWords, nextFeedback, storyItems } from "./story";

const NOW = Date.UTC(2026, 10, 28, 15);

function said(id: string, created_at_ms: number): StoryEntryView {
  return { kind: "feedback", row: { id, created_at_ms } as FeedbackRowView, earlier: [] };
}

function begun(at_ms: number): StoryEntryView {
  return { kind: "version", at_ms, agent: "refund-check", label: "3.3", mark: "deployed" };
}

describe("a story", () => {
  const entries = [
    said("c", Date.UTC(2026, 10, 28, 11)),
    begun(Date.UTC(2026, 10, 26, 9)),
    said("b", Date.UTC(2026, 10, 23, 11, 44)),
    said("a", Date.UTC(2026, 10, 23, 8, 5)),
    said("0", Date.UTC(2025, 11, 30, 8)),
  ];
  const items = storyItems(entries, NOW);

  test("names a day once and then the time of day", () => {
    const when = ["Sat 28 Nov", "26 Nov", "Mon 23 Nov", "08:05", "Tue 30 Dec 2025"];
    expect(items.map((item) => item.when)).toEqual(when);
  });

  test("keeps the order of the core and has a key of its own for each entry", () => {
    expect(items.map((item) => item.entry)).toEqual(entries);
    expect(new Set(items.map((item) => item.key)).size).toBe(entries.length);
  });

  test("is walked past the versions and not beyond its ends", () => {
    expect(nextFeedback(items, 0, 1)).toBe(2);
    expect(nextFeedback(items, 2, -1)).toBe(0);
    expect(nextFeedback(items, 4, 1)).toBe(4);
    expect(nextFeedback(items, 0, -1)).toBe(0);
    expect(nextFeedback(items, -1, 1)).toBe(0);
  });

  test("says the day of earlier words only where it is another day", () => {
    const later = { created_at_ms: Date.UTC(2026, 10, 23, 11, 47) } as FeedbackRowView;
    const same = { created_at_ms: Date.UTC(2026, 10, 23, 11, 44) } as FeedbackRowView;
    const other = { created_at_ms: Date.UTC(2026, 10, 22, 9, 1) } as FeedbackRowView;
    expect(beforeWords(same, later, NOW)).toBe("11:44");
    expect(beforeWords(other, later, NOW)).toBe("22 Nov 09:01");
  });
});
