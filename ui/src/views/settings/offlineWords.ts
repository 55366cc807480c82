// What is kept offline, in sentences. "Kept" and "left out" are about runs: feedback and versions are
// always here.

import type { OfflineClassView, OfflineView } from "../../backend/bindings";
import { bytes, number, percent, plural } from "../../shared/format";

/** `2 GB`, `200 MB`; `Everything` without a limit. */
export function limitWords(limit: number | null): string {
  return limit === null ? "Everything" : bytes(limit).replace(".0", "");
}

/** `1,204 of 1,310`, `all 1,204`, `none`. */
export function keptWords({ kept, wanted }: OfflineClassView): string {
  if (kept + wanted === 0) return "none";
  return wanted === 0 ? `all ${number(kept)}` : `${number(kept)} of ${number(kept + wanted)}`;
}

/** `412 MB of 2 GB used`, or `412 MB used, without a limit`. */
export function usedWords({ kept_bytes, limit_bytes }: OfflineView): string {
  return limit_bytes === null
    ? `${bytes(kept_bytes)} used, without a limit.`
    : `${bytes(kept_bytes)} of ${limitWords(limit_bytes)} used.`;
}

export function toCome({ negative, commented, rest }: OfflineView): number {
  return negative.wanted + commented.wanted + rest.wanted;
}

/** How complete it is, and what becomes of the rest. */
export function restWords(view: OfflineView, reachable: boolean): string {
  const missing = toCome(view);
  if (missing === 0) return "Everything here can be read offline.";
  const runs = plural(missing, "run");
  if (view.is_full) {
    return missing === 1
      ? "The limit leaves 1 run out. It is fetched when one opens it."
      : `The limit leaves ${runs} out. Each is fetched when one opens it.`;
  }
  const verb = missing === 1 ? "is" : "are";
  return reachable
    ? `${runs} ${verb} still to come.`
    : `${runs} ${verb} still to come, once the server can be reached.`;
}

/** What it takes here against what the server sent; `null` where there is nothing to compare. */
export function packedWords({ kept_bytes, json_bytes }: OfflineView): string | null {
  if (json_bytes === 0) return null;
  const share = percent(kept_bytes / json_bytes);
  return `Stored compressed: ${share} of the ${bytes(json_bytes)} the server sent.`;
}

/** `412 MB, once looked at`; `null` where there are none. */
export function filesWords({ files_bytes }: OfflineView): string | null {
  return files_bytes === 0
    ? null
    : `Pictures looked at before: ${bytes(files_bytes)}, beside the limit.`;
}
