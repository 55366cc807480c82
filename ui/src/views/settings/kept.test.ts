// What Settings says of offline reading and of deciding on the server.

import { expect, test } from "vitest";
import type { ConnectionView, OfflineView } from "../../backend/bindings";
import { makeFake } from "../../backend/fake";
import { countWords, decidingWords } from "./decidingWords";
import { Offline } from "./offline.svelte";
import { keptWords, limitWords, restWords, usedWords } from "./offlineWords";

const NOW = Date.UTC(2026, 10, 23, 14, 6);
const GB = 1_000_000_000;
const view: OfflineView = {
  limit_bytes: 2 * GB,
  choices_bytes: [GB],
  kept_bytes: 412_000_000,
  json_bytes: 0,
  negative: { kept: 1204, wanted: 0 },
  commented: { kept: 30, wanted: 12 },
  rest: { kept: 0, wanted: 0 },
  is_full: false,
  files_bytes: 0,
};

test("what is to come is told apart from what the limit leaves out", () => {
  expect(restWords(view, true)).toBe("12 runs are still to come.");
  expect(restWords(view, false)).toContain("once the server can be reached");
  expect(restWords({ ...view, is_full: true }, true)).toContain("The limit leaves 12 runs out.");
  const all = { ...view, commented: { kept: 42, wanted: 0 } };
  expect(restWords(all, true)).toBe("Everything here can be read offline.");
});

test("numbers are said whole, in part, and not at all", () => {
  expect([view.negative, view.commented, view.rest].map(keptWords)).toEqual([
    "all 1,204",
    "30 of 42",
    "none",
  ]);
  expect(limitWords(200_000_000)).toBe("200\u00a0MB");
  expect(limitWords(null)).toBe("Everything");
  expect(usedWords(view)).toBe("412\u00a0MB of 2\u00a0GB used.");
});

test("an answer that a newer choice overtook changes nothing", async () => {
  const fake = makeFake(NOW);
  let release = () => {};
  const gate = new Promise<void>((resolve) => (release = resolve));
  const offline = new Offline({
    ...fake,
    async rpc(name, request) {
      const answer = await fake.rpc(name, request);
      if (name === "get_offline") await gate;
      return answer;
    },
  });
  const late = offline.read(1);
  await offline.choose(1, null);
  release();
  await late;
  expect(offline.view?.limit_bytes).toBeNull();
});

test("deciding says as whom, and why it is kept here", () => {
  const first = makeFake(NOW).world.state.connections[0]!;
  const words = (part: Partial<ConnectionView["decisions"]>) =>
    decidingWords({ ...first, decisions: { ...first.decisions, ...part } });
  expect(words({}).text).toContain("Not tried yet.");
  expect(words({ push: "needs_user" })).toEqual({
    text: "This key may not write decisions: they are kept here.",
    attention: true,
  });
  expect(words({ push: "allowed", user_token: true }).text).toContain("in the name of the user");
  expect(words({ push: "token_refused", user_token: true }).attention).toBe(true);
  expect(countWords({ ...first.decisions, sent: 12, waiting: 1, kept_here: 4 })).toBe(
    "12 decisions sent, 1 waits to be sent, 4 are kept here.",
  );
});
