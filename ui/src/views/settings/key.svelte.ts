// The form to replace a connection's key. The key is here only until it is sent: it goes to the core
// once and is forgotten before the answer comes.

import { asError, type Backend } from "../../backend/backend";
import type { ErrorView } from "../../backend/bindings";

export class KeyForm {
  key = $state("");
  busy = $state(false);
  error = $state.raw<ErrorView | null>(null);
  /** The last key sent was accepted. */
  accepted = $state(false);

  constructor(private readonly backend: Backend) {}

  async send(connection: number): Promise<boolean> {
    const key = this.key.trim();
    if (key === "" || this.busy) return false;
    this.key = "";
    this.busy = true;
    this.error = null;
    this.accepted = false;
    try {
      await this.backend.rpc("set_key", { connection, key });
      this.accepted = true;
    } catch (thrown) {
      this.error = asError(thrown);
    } finally {
      this.busy = false;
    }
    return this.accepted;
  }

  forget(): void {
    this.key = "";
    this.error = null;
    this.accepted = false;
  }
}
