// What was decided here about the open feedback, event by event.

import type { Backend } from "../../backend/backend";
import type { DecisionView } from "../../backend/bindings";

export class History {
  /** Oldest first; empty where nothing was ever decided here. */
  events = $state.raw<readonly DecisionView[]>([]);

  private shown = "";
  private asked = 0;

  constructor(private readonly backend: Backend) {}

  /** The event that counts now. */
  get current(): DecisionView | null {
    return this.events.findLast((event) => event.is_current) ?? null;
  }

  async show(connection: number, feedback: string): Promise<void> {
    const asked = ++this.asked;
    const key = `${connection}/${feedback}`;
    if (key !== this.shown) this.events = [];
    this.shown = key;
    try {
      const events = await this.backend.rpc("list_decisions", { connection, feedback });
      if (asked === this.asked) this.events = events;
    } catch {
      // The row says what counts; what led to it is not worth an alarm.
    }
  }
}
