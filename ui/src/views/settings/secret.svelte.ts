// The form to replace a connection's key or its user token. What is typed is here only until it is
// sent: it goes to the core once and is forgotten before the answer comes.

import { asError, type Backend } from "../../backend/backend";
import type { ErrorView } from "../../backend/bindings";

export type Secret = "key" | "token";

export class SecretForm {
  text = $state("");
  busy = $state(false);
  error = $state.raw<ErrorView | null>(null);
  /** The last one sent was accepted. */
  accepted = $state(false);

  constructor(
    private readonly backend: Backend,
    private readonly secret: Secret,
  ) {}

  async send(connection: number): Promise<boolean> {
    const text = this.text.trim();
    if (text === "" || this.busy) return false;
    this.text = "";
    this.busy = true;
    this.error = null;
    this.accepted = false;
    try {
      if (this.secret === "key") await this.backend.rpc("set_key", { connection, key: text });
      else await this.backend.rpc("set_user_token", { connection, token: text });
      this.accepted = true;
    } catch (thrown) {
      this.error = asError(thrown);
    } finally {
      this.busy = false;
    }
    return this.accepted;
  }

  forget(): void {
    this.text = "";
    this.error = null;
    this.accepted = false;
  }
}
