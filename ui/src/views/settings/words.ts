// Sentences of Settings: how a sync stands, and what removing a connection takes away.

import type { ConnectionKind, ConnectionView, SyncProgress } from "../../backend/bindings";
import { duration, number, sentenceTime } from "../../shared/format";

export const kinds: Record<ConnectionKind, string> = {
  server: "server",
  demo: "demo, inside this app",
  collector: "collector, on this machine",
};

/** A server inside the app hands the app a new key whenever it starts. */
export const ownKey = "Made anew each time Upshot starts, kept nowhere.";

export function lastSync(connection: ConnectionView, now: number): string {
  const { last_success_at_ms: last, offline_since_ms: offline } = connection.sync;
  const synced = last === null ? "Not synced yet." : `Synced ${sentenceTime(last, now)}.`;
  return offline === null ? synced : `${synced} Not reachable since ${sentenceTime(offline, now)}.`;
}

export function progressWords(progress: SyncProgress, now: number): string {
  const far =
    progress.total > 0
      ? `${number(progress.done)} of ${number(progress.total)}`
      : number(progress.done);
  const of = progress.agent === null ? "" : ` of ${progress.agent}`;
  const seconds = Math.max(0, Math.round((now - progress.started_at_ms) / 1000));
  const since = seconds > 0 ? `, for ${duration(seconds).replace(".0", "")}` : "";
  return `Syncing ${progress.stage}${of}: ${far}${since}`;
}

/** What goes and what stays when a connection is removed. */
export function removal(connection: ConnectionView): { goes: string; stays: string } {
  const goes = "Its key and everything it mirrored: feedback, runs and versions in the cache.";
  const stays = {
    server: "The server keeps all of it. Connect again and it comes back.",
    demo: "The demo can be opened again at any time.",
    collector: "The collector’s own data on this machine. It is not deleted.",
  }[connection.kind];
  return { goes, stays };
}
