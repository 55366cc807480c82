// The ledger of versions, and why a run is not there.

import { expect, test } from "vitest";
import type { VersionSummaryView } from "../../backend/bindings";
import { absentWords } from "./absentWords";
import { ledgerOf, servedWords } from "./ledger";

const version = (id: string, part: Partial<VersionSummaryView>) =>
  ({ id, label: id, deployments: [], first_seen_ms: null, ...part }) as VersionSummaryView;

test("each deployment stands by itself, and only what the server said is called deployed", () => {
  const ledger = ledgerOf([
    version("3.0", { first_seen_ms: 100 }),
    version("3.1", {
      first_seen_ms: 190,
      deployments: [
        { environment: "production", deployed_at_ms: 300, first_seen_ms: 310 },
        { environment: "dev", deployed_at_ms: null, first_seen_ms: 200 },
      ],
    }),
    version("3.2", {}),
  ]);
  expect(ledger.map((entry) => [entry.label, entry.at_ms, servedWords(entry)])).toEqual([
    ["3.1", 300, "deployed to production"],
    ["3.1", 200, "first seen in dev"],
    ["3.0", 100, "first run seen"],
  ]);
});

test("a run that is not here says whether it can be had", () => {
  const left = { state: "not_kept", gone_at_ms: null } as const;
  expect(absentWords(left, 0, true, false).text).toContain("left out to keep within the limit");
  expect(absentWords(left, 0, false, false).text).toContain("once the server is reachable again");
  expect(absentWords({ state: "waiting" }, 0, false, true).text).toContain("once the key is here");
  expect(absentWords({ state: "not_kept", gone_at_ms: 0 }, 0, true, false).way).toBe("Ask again");
});
