// What Settings says about syncs and removals.

import { expect, test } from "vitest";
import type { ConnectionView } from "../../backend/bindings";
import { makeWorld } from "../../backend/fake/world";
import { lastSync, progressWords, removal } from "./words";

const NOW = Date.UTC(2026, 10, 23, 14, 6);

function connection(part: Partial<ConnectionView["sync"]>): ConnectionView {
  const first = makeWorld(NOW).state.connections[0]!;
  return { ...first, sync: { ...first.sync, ...part } };
}

test("a sync that never was is not given a time", () => {
  expect(lastSync(connection({ last_success_at_ms: null }), NOW)).toBe("Not synced yet.");
});

test("offline is said after the last sync, with since when", () => {
  const offline = connection({ offline_since_ms: NOW - 240_000 });
  expect(lastSync(offline, NOW)).toBe("Synced 14:02. Not reachable since 14:02.");
});

test("progress says what, how many of how many, and how long", () => {
  const running = { stage: "runs", agent: "support-chat", done: 210, total: 1200 } as const;
  const words = progressWords({ ...running, started_at_ms: NOW - 12_000 }, NOW);
  expect(words).toBe("Syncing runs of support-chat: 210 of 1,200, for 12\u00a0s");
  const unknown = { ...running, agent: null, total: 0, started_at_ms: NOW };
  expect(progressWords(unknown, NOW)).toBe("Syncing runs: 210");
});

test("removing a collector says that its own data stays", () => {
  const collector: ConnectionView = { ...connection({}), kind: "collector" };
  expect(removal(collector).stays).toContain("not deleted");
});
