// The open feedback with its run, and its neighbours fetched ahead, so that J and K never wait.

import { asError, type Backend } from "../../backend/backend";
import type { ErrorView, FeedbackDetailView } from "../../backend/bindings";

const KEPT = 40;

export class Details {
  detail = $state.raw<FeedbackDetailView | null>(null);
  error = $state.raw<ErrorView | null>(null);

  /** The feedback whose run is being fetched from the server. */
  fetching = $state<string | null>(null);
  /** Why the run of the open feedback could not be fetched. */
  runError = $state.raw<ErrorView | null>(null);

  /** Runs that were fetched unasked: one that fails is not asked for again by itself. */
  private tried = new Set<string>();
  private wanted: string | null = null;
  private connection = 0;
  private kept = new Map<string, FeedbackDetailView>();

  constructor(private readonly backend: Backend) {}

  /** Shows `id`; at once where it is known. */
  async show(connection: number, id: string | null): Promise<void> {
    if (connection !== this.connection) {
      this.kept.clear();
      this.tried.clear();
    }
    this.connection = connection;
    if (id !== this.wanted) this.runError = null;
    this.wanted = id;
    this.error = null;
    const known = id === null ? null : (this.kept.get(id) ?? null);
    this.detail = known;
    if (id !== null && !known) await this.fetch(id);
  }

  /** Fetches ahead; silent about what goes wrong. */
  async ahead(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      if (this.kept.has(id)) continue;
      try {
        this.keep(id, await this.ask(id));
      } catch {
        return;
      }
    }
  }

  /** Data changed: forget what was fetched, and read again what is on screen. */
  async refresh(): Promise<void> {
    this.kept.clear();
    if (this.wanted !== null) await this.fetch(this.wanted);
  }

  /** Whether the run of the open feedback is worth asking the server for unasked. */
  get lacksRun(): boolean {
    const { detail } = this;
    if (!detail || detail.row.id !== this.wanted || this.tried.has(detail.row.id)) return false;
    const { run } = detail;
    return run.state === "waiting" || (run.state === "not_kept" && run.gone_at_ms === null);
  }

  /** Fetches the run of the open feedback from the server. */
  async fetchRun(): Promise<void> {
    const { wanted: id, connection } = this;
    if (id === null || this.fetching === id) return;
    this.tried.add(id);
    this.fetching = id;
    this.runError = null;
    try {
      const detail = await this.backend.rpc("fetch_run", { connection, feedback: id });
      if (connection !== this.connection) return;
      this.keep(id, detail);
      if (this.wanted === id) this.detail = detail;
    } catch (error) {
      if (this.wanted === id && connection === this.connection) this.runError = asError(error);
    } finally {
      if (this.fetching === id) this.fetching = null;
    }
  }

  /** There is a network again: what failed may work now. */
  forgetTries(): void {
    this.tried.clear();
  }

  private async fetch(id: string): Promise<void> {
    try {
      const detail = await this.ask(id);
      this.keep(id, detail);
      if (this.wanted !== id) return;
      this.detail = detail;
      this.error = null;
    } catch (error) {
      if (this.wanted === id) this.error = asError(error);
    }
  }

  private ask(id: string): Promise<FeedbackDetailView> {
    return this.backend.rpc("get_feedback", { connection: this.connection, id });
  }

  private keep(id: string, detail: FeedbackDetailView): void {
    this.kept.set(id, detail);
    const oldest = this.kept.keys().next();
    if (this.kept.size > KEPT && !oldest.done) this.kept.delete(oldest.value);
  }
}
