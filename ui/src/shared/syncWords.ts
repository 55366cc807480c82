// The sentence at the foot of the mailboxes: where the data stands, in at most two short sentences.

import type { ConnectionView, SyncStage } from "../backend/bindings";
import { number, plural, sentenceTime } from "./format";
import type { IconName } from "./icons";

export interface SyncWords {
  icon: IconName;
  /** Said loud, before the rest. */
  alarm?: string;
  text: string;
}

const stages: Record<SyncStage, string> = {
  agents: "agents",
  feedback: "feedback",
  versions: "versions",
  runs: "runs",
};

export function syncWords(connection: ConnectionView, now: number): SyncWords {
  const { running, last_success_at_ms: last, offline_since_ms: offline, error } = connection.sync;
  if (running) {
    const far =
      running.total > 0
        ? `, ${number(running.done)} of ${number(running.total)}`
        : counted(running.done);
    return { icon: "refresh-cw", text: `Syncing ${stages[running.stage]}${far}` };
  }
  if (connection.key === "missing") {
    const cache =
      last === null ? "Nothing was synced yet." : `Cache of ${sentenceTime(last, now)}.`;
    return { icon: "key-round", text: `No key. ${cache}` };
  }
  if (offline !== null) {
    return {
      icon: "cloud-off",
      text: `Not reachable since ${sentenceTime(offline, now)}; working from the cache.${waits(connection)}`,
    };
  }
  if (error && error.code !== "cancelled") {
    const alarm = error.code === "key_refused" ? "The key is refused." : "The last sync failed.";
    return { icon: "circle-alert", alarm, text: `Working from the cache.${waits(connection)}` };
  }
  if (last === null) return { icon: "cloud", text: "Not synced yet." };
  return { icon: "cloud", text: `Synced ${sentenceTime(last, now)}.` };
}

/** Said where it will wait for long; else it would come and go with every key. */
function waits({ decisions: { waiting } }: ConnectionView): string {
  return waiting > 0 ? ` ${plural(waiting, "decision waits", "decisions wait")} to be sent.` : "";
}

function counted(done: number): string {
  return done > 0 ? `, ${number(done)}` : "";
}
