// What the form to connect holds until it is sent. The key is here only while it is being typed and
// tried: every way out of the form, and every connect, forgets it.

import { asError, type Backend } from "../../backend/backend";
import type {
  Connect,
  ConnectionTestView,
  ConnectionView,
  ErrorView,
} from "../../backend/bindings";

/** What to do about an error while connecting: the core speaks of a connection one already has. */
const ways: Partial<Record<ErrorView["code"], string>> = {
  offline: "Look at the address, and whether the server runs.",
  key_refused: "Enter a key made in this server’s own settings.",
};

function whileConnecting(error: ErrorView): ErrorView {
  const action = ways[error.code];
  return action === undefined ? error : { ...error, meaning: "", action };
}

export class ConnectForm {
  url = $state("");
  key = $state("");
  tenant = $state("");
  name = $state("");
  allowPlainHttp = $state(false);
  /** Unticked agents. Kept as exceptions, so that "all" stays all, also those that come later. */
  left = $state.raw<string[]>([]);

  busy = $state<"test" | "connect" | null>(null);
  tested = $state.raw<ConnectionTestView | null>(null);
  error = $state.raw<ErrorView | null>(null);
  /** The core refused a plain http address; the way around is offered from then on. */
  plainHttpRefused = $state(false);

  constructor(private readonly backend: Backend) {}

  readonly filled: boolean = $derived(this.url.trim() !== "" && this.key.trim() !== "");
  readonly ready: boolean = $derived(
    this.filled && (this.tested === null || this.left.length < this.tested.agents.length),
  );

  /** What was tested is no longer what stands there. */
  changed(): void {
    this.tested = null;
    this.error = null;
    this.left = [];
  }

  toggle(agent: string): void {
    const out = this.left.includes(agent);
    this.left = out ? this.left.filter((a) => a !== agent) : [...this.left, agent];
  }

  async test(): Promise<boolean> {
    if (!this.filled || this.busy) return false;
    this.busy = "test";
    this.error = null;
    try {
      this.tested = await this.backend.rpc("test_connection", this.address());
      this.name ||= this.tested.name;
      return true;
    } catch (thrown) {
      this.fail(thrown);
      return false;
    } finally {
      this.busy = null;
    }
  }

  /** Tests first where that was not done. */
  async connect(): Promise<ConnectionView | null> {
    if (this.tested === null && !(await this.test())) return null;
    if (!this.ready || this.busy) return null;
    const request = this.request();
    this.key = "";
    this.busy = "connect";
    this.error = null;
    try {
      return await this.backend.rpc("connect", request);
    } catch (thrown) {
      this.fail(thrown);
      return null;
    } finally {
      request.key = "";
      this.busy = null;
    }
  }

  forget(): void {
    this.key = "";
    this.tested = null;
  }

  private address() {
    const tenant = this.tenant.trim();
    return {
      url: this.url.trim(),
      key: this.key.trim(),
      ...(tenant === "" ? {} : { tenant }),
      ...(this.allowPlainHttp ? { allow_plain_http: true } : {}),
    };
  }

  private request(): Connect {
    const agents = this.tested?.agents.map((agent) => agent.id) ?? [];
    const chosen = agents.filter((agent) => !this.left.includes(agent));
    return {
      ...this.address(),
      name: this.name.trim() || this.tested?.name || this.url.trim(),
      ...(this.left.length === 0 ? {} : { agents: chosen }),
    };
  }

  private fail(thrown: unknown): void {
    this.error = whileConnecting(asError(thrown));
    this.tested = null;
    const plain = /^http:\/\//i.test(this.url.trim());
    if (plain && this.error.code === "bad_input") this.plainHttpRefused = true;
  }
}
