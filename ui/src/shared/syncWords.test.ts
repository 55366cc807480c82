import { expect, test } from "vitest";
import type { ConnectionView, SyncView } from "../backend/bindings";
import { syncWords } from "./syncWords";

const at = (h: number, min: number) => new Date(2026, 10, 23, h, min).getTime();
const now = at(15, 0);
const idle: SyncView = {
  running: null,
  last_success_at_ms: at(14, 2),
  offline_since_ms: null,
  error: null,
};
const words = (sync: Partial<SyncView>, part: Partial<ConnectionView> = {}) => {
  const decisions = { waiting: 0 };
  const connection = {
    key: "present",
    decisions,
    ...part,
    sync: { ...idle, ...sync },
  } as ConnectionView;
  const { alarm, text } = syncWords(connection, now);
  return `${alarm ?? ""} ${text}`.trim();
};

test("the foot says when it was synced, or that it never was", () => {
  expect(words({})).toBe("Synced 14:02.");
  expect(words({ last_success_at_ms: null })).toBe("Not synced yet.");
});

test("a running sync says how far it is, once that is known", () => {
  const running = { stage: "feedback", agent: null, done: 400, started_at_ms: now } as const;
  expect(words({ running: { ...running, total: 1200 } })).toBe("Syncing feedback, 400 of 1,200");
  expect(words({ running: { ...running, total: 0 } })).toBe("Syncing feedback, 400");
  expect(words({ running: { ...running, done: 0, total: 0 } })).toBe("Syncing feedback");
});

test("being offline says since when, and that one can go on", () => {
  expect(words({ offline_since_ms: at(14, 2) })).toBe(
    "Not reachable since 14:02; working from the cache.",
  );
});

test("without the server it says how many decisions wait; with it they are on their way", () => {
  const part = (waiting: number) => ({ decisions: { waiting } }) as Partial<ConnectionView>;
  expect(words({ offline_since_ms: at(14, 2) }, part(4))).toBe(
    "Not reachable since 14:02; working from the cache. 4 decisions wait to be sent.",
  );
  expect(words({ offline_since_ms: at(14, 2) }, part(1))).toContain("1 decision waits to be sent.");
  expect(words({}, part(4))).toBe("Synced 14:02.");
});

test("a missing key goes before being offline", () => {
  expect(words({ offline_since_ms: now }, { key: "missing" })).toBe("No key. Cache of 14:02.");
});

test("a refused key is said loud; a cancelled sync is no failure", () => {
  const error = { title: "", meaning: "", action: "", detail: null, retry: false };
  expect(words({ error: { ...error, code: "key_refused" } })).toBe(
    "The key is refused. Working from the cache.",
  );
  expect(words({ error: { ...error, code: "cancelled" } })).toBe("Synced 14:02.");
});
