// When each version of an agent began to serve, as far as is known: where the server said so it was
// "deployed", else it was "first seen", by a sync or in a run.

import type { MarkKind, VersionSummaryView } from "../../backend/bindings";

export interface LedgerEntry {
  key: string;
  version: string;
  label: string;
  /** `null`: known by a run alone. */
  environment: string | null;
  at_ms: number;
  kind: MarkKind;
}

/** Newest first. */
export function ledgerOf(versions: readonly VersionSummaryView[]): LedgerEntry[] {
  return versions
    .flatMap((version): LedgerEntry[] => {
      const { id, label, deployments, first_seen_ms } = version;
      const deployed = deployments.map((deployment, i) => ({
        key: `${id}/${i}`,
        version: id,
        label,
        environment: deployment.environment,
        at_ms: deployment.deployed_at_ms ?? deployment.first_seen_ms,
        kind: deployment.deployed_at_ms === null ? ("first_seen" as const) : ("deployed" as const),
      }));
      if (deployed.length > 0 || first_seen_ms === null) return deployed;
      const run = { key: id, version: id, label, environment: null, at_ms: first_seen_ms };
      return [{ ...run, kind: "first_seen" }];
    })
    .sort((a, b) => b.at_ms - a.at_ms || a.key.localeCompare(b.key));
}

/** `deployed to production`, `first seen in production`, `first run seen`. */
export function servedWords({ kind, environment }: LedgerEntry): string {
  if (environment === null) return "first run seen";
  return kind === "deployed" ? `deployed to ${environment}` : `first seen in ${environment}`;
}
