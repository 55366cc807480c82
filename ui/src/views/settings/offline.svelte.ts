// What of a connection's runs is kept on this machine, and the limit that is chosen for it.

import { asError, type Backend } from "../../backend/backend";
import type { ErrorView, OfflineView } from "../../backend/bindings";

export class Offline {
  view = $state.raw<OfflineView | null>(null);
  error = $state.raw<ErrorView | null>(null);
  busy = $state(false);

  private asked = 0;

  constructor(private readonly backend: Backend) {}

  async read(connection: number): Promise<void> {
    await this.take(() => this.backend.rpc("get_offline", { connection }));
  }

  /** `null`: everything is kept. */
  async choose(connection: number, limit_bytes: number | null): Promise<void> {
    this.busy = true;
    await this.take(() => this.backend.rpc("set_offline_limit", { connection, limit_bytes }));
    this.busy = false;
  }

  /** What was asked last is what counts: answers may overtake each other while runs come in. */
  private async take(ask: () => Promise<OfflineView>): Promise<void> {
    const asked = ++this.asked;
    try {
      const view = await ask();
      if (asked !== this.asked) return;
      this.view = view;
      this.error = null;
    } catch (thrown) {
      if (asked === this.asked) this.error = asError(thrown);
    }
  }
}
