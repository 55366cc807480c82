// How a version is spoken of: since when, and what its votes say.

import type { VersionSummaryView } from "../../backend/bindings";
import { percent, shortDate } from "../../shared/format";

/** `Deployed to production 2 Nov` or `First seen 2 Nov`. */
export function sinceWords(version: VersionSummaryView, now: number): string {
  const deployed = version.deployments.filter((d) => d.deployed_at_ms !== null);
  const latest = deployed.reduce<(typeof deployed)[number] | null>(
    (a, b) => ((b.deployed_at_ms ?? 0) > (a?.deployed_at_ms ?? 0) ? b : a),
    null,
  );
  if (latest?.deployed_at_ms != null) {
    return `Deployed to ${latest.environment} ${shortDate(latest.deployed_at_ms, now)}`;
  }
  const seen = version.deployments[0];
  if (seen) return `First seen in ${seen.environment} ${shortDate(seen.first_seen_ms, now)}`;
  if (version.first_seen_ms !== null) return `First seen ${shortDate(version.first_seen_ms, now)}`;
  if (version.created_at_ms !== null) return `Created ${shortDate(version.created_at_ms, now)}`;
  return "";
}

/** `62 % of 58`, or `no votes`. */
export function rateWords({ positive, negative }: VersionSummaryView): string {
  const votes = positive + negative;
  return votes === 0 ? "no votes" : `${percent(positive / votes)} of ${votes}`;
}
