// Connections, counts and the state of the sync, fed by the core's answers and events.
// Which feedback is listed is the inbox's own matter.

import type { Backend } from "../backend/backend";
import type {
  ConnectionView,
  ErrorView,
  Event,
  MailboxCountsView,
  StateView,
  Theme,
} from "../backend/bindings";
import { asError } from "../backend/backend";
import { Pace } from "./pace";

/** What changed is read again when no key has moved or decided for so long. */
const QUIET_MS = 150;
/** Errors after which asking the server again does not help by itself. */
const SHUT = ["offline", "key_refused", "key_missing", "keyring"];

function reachable(connection: ConnectionView | null): boolean {
  if (connection === null || connection.key === "missing") return false;
  const { offline_since_ms: offline, error } = connection.sync;
  return offline === null && !(error && SHUT.includes(error.code));
}

export class Session {
  state = $state.raw<StateView | null>(null);
  counts = $state.raw<MailboxCountsView | null>(null);
  /** What went wrong at the start; without it there is nothing to show. */
  failure = $state.raw<ErrorView | null>(null);
  /** The state is being asked for. */
  loading = $state(false);
  /** Grows with every change of the current connection's data: screens reload when it moves. */
  revision = $state(0);

  readonly current: ConnectionView | null = $derived(
    this.state?.connections.find((c) => c.id === this.state?.current) ?? null,
  );

  /** The server can be asked now, as far as is known. */
  readonly reachable = $derived(reachable(this.current));

  private readonly pace = new Pace(() => this.readAgain(), QUIET_MS);
  private counting = false;
  private recount = false;

  constructor(private readonly backend: Backend) {}

  async load(): Promise<void> {
    this.loading = true;
    try {
      this.take(await this.backend.rpc("get_state", {}));
    } catch (error) {
      this.failure = asError(error);
    } finally {
      this.loading = false;
    }
  }

  /** A new state from the core: after a start, a choice, a new or removed connection. */
  take(state: StateView): void {
    const changed = state.current !== this.state?.current;
    this.state = state;
    this.failure = null;
    if (!changed) return;
    this.counts = null;
    this.readAgain();
  }

  async select(connection: number): Promise<void> {
    if (connection === this.current?.id) return;
    this.take(await this.backend.rpc("select_connection", { connection }));
  }

  async sync(): Promise<void> {
    const connection = this.current?.id;
    if (connection === undefined) return;
    try {
      const sync = await this.backend.rpc("start_sync", { connection });
      this.hear({ type: "sync", connection, sync });
    } catch (error) {
      const before = this.current?.sync;
      if (before) {
        this.hear({ type: "sync", connection, sync: { ...before, error: asError(error) } });
      }
    }
  }

  /** The system says that there is a network again. It may be wrong: then the next try tells. */
  async networkReturned(): Promise<void> {
    try {
      await this.backend.rpc("network_returned", {});
    } catch {
      // The timer tries again.
    }
  }

  async cancel(): Promise<void> {
    const connection = this.current?.id;
    if (connection !== undefined) await this.backend.rpc("cancel_sync", { connection });
  }

  async setTheme(theme: Theme): Promise<void> {
    if (this.state) this.state = { ...this.state, theme };
    await this.backend.rpc("set_theme", { theme });
  }

  /** Keys come: nothing is read again in between, so that no frame waits for it. */
  hold(): void {
    this.pace.wait();
  }

  /** The current connection's data is not what it was. */
  changed(): void {
    this.pace.ask();
  }

  hear(event: Event): void {
    switch (event.type) {
      case "connections":
        void this.load();
        break;
      case "sync":
        this.patch(event.connection, { sync: event.sync });
        break;
      case "decisions":
        this.patch(event.connection, { decisions: event.decisions });
        break;
      case "data":
        if (event.connection !== this.current?.id) break;
        this.changed();
        break;
    }
  }

  private readAgain(): void {
    this.revision += 1;
    void this.count();
  }

  private patch(id: number, change: Partial<ConnectionView>): void {
    if (!this.state) return;
    const connections = this.state.connections.map((c) => (c.id === id ? { ...c, ...change } : c));
    this.state = { ...this.state, connections };
  }

  /** One count at a time; changes while it runs ask for one more. */
  private async count(): Promise<void> {
    if (this.counting) {
      this.recount = true;
      return;
    }
    const connection = this.current?.id;
    if (connection === undefined) return;
    this.counting = true;
    try {
      const counts = await this.backend.rpc("count_mailboxes", { connection });
      if (connection === this.current?.id) this.counts = counts;
    } catch {
      // The numbers stay as they were; the list says what is wrong.
    } finally {
      this.counting = false;
    }
    if (this.recount) {
      this.recount = false;
      void this.count();
    }
  }
}
