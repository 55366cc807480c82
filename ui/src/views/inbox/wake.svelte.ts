// When the first of what is put aside comes back, for the sentence of an empty mailbox.

import type { Backend } from "../../backend/backend";
import { number } from "../../shared/format";
import { untilWords } from "./snoozes";

/** Among so many the first end is looked for. */
const MOST = 200;

export class Wake {
  /** UTC milliseconds; `null`: none of them waits for a time, or it is not known. */
  until = $state<number | null>(null);

  constructor(private readonly backend: Backend) {}

  async ask(connection: number, snoozed: number): Promise<void> {
    if (snoozed > MOST) {
      this.until = null;
      return;
    }
    try {
      const request = { connection, mailbox: "snoozed", filter: {}, limit: MOST } as const;
      const { rows } = await this.backend.rpc("list_feedback", request);
      const ends = rows.map((row) => row.snoozed?.until_ms ?? null).filter((ms) => ms !== null);
      this.until = ends.length > 0 ? Math.min(...ends) : null;
    } catch {
      // The sentence does without.
    }
  }
}

/** `3 snoozed until Mon 09:00.`; where only the first is back then, it says so. */
export function wakeWords(snoozed: number, until: number | null, now: number): string {
  if (until === null) return `${number(snoozed)} snoozed.`;
  const words = untilWords(until, now);
  return snoozed === 1
    ? `1 snoozed until ${words}.`
    : `${number(snoozed)} snoozed, the first until ${words}.`;
}
