// What was decided here about the open feedback, event by event.

import type { Backend } from "../../backend/backend";
import type { DecisionView } from "../../backend/bindings";

export class History {
  /** Oldest first; empty where nothing was ever decided here. */
  events = $state.raw<readonly DecisionView[]>([]);

  private shown: { connection: number; feedback: string } | null = null;
  private asked = 0;

  constructor(private readonly backend: Backend) {}

  /** The event that counts now. */
  get current(): DecisionView | null {
    return this.events.findLast((event) => event.is_current) ?? null;
  }

  /** Of another feedback nothing is told until it is read. */
  open(connection: number, feedback: string): void {
    if (this.shown?.connection === connection && this.shown.feedback === feedback) return;
    this.shown = { connection, feedback };
    this.asked += 1;
    this.events = [];
  }

  async read(): Promise<void> {
    const { shown } = this;
    if (!shown) return;
    const asked = ++this.asked;
    try {
      const events = await this.backend.rpc("list_decisions", shown);
      if (asked === this.asked) this.events = events;
    } catch {
      // The row says what counts; what led to it is not worth an alarm.
    }
  }
}
