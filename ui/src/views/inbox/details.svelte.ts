// The open feedback with its run, and its neighbours fetched ahead, so that J and K never wait.

import { SvelteMap } from "svelte/reactivity";
import { asError, type Backend } from "../../backend/backend";
import type { ErrorView, FeedbackDetailView, PinView } from "../../backend/bindings";

const KEPT = 40;

export class Details {
  error = $state.raw<ErrorView | null>(null);

  /** The feedback whose run is being fetched from the server. */
  fetching = $state<string | null>(null);
  /** Why the run of the open feedback could not be fetched. */
  runError = $state.raw<ErrorView | null>(null);

  /** Runs that were fetched unasked: one that fails is not asked for again by itself. */
  private tried = new Set<string>();
  private wanted = $state<string | null>(null);
  private connection = $state(0);
  private readonly kept = new SvelteMap<string, FeedbackDetailView>();
  /** Fetched before the data changed: good enough to show at once, not to leave it at that. */
  private readonly stale = new Set<string>();
  /** Asked for and not answered; nobody asks twice. */
  private readonly asking = new Map<string, Promise<FeedbackDetailView>>();
  private turn = 0;

  constructor(private readonly backend: Backend) {}

  /** What is known of the open feedback. */
  get detail(): FeedbackDetailView | null {
    return this.of(this.connection, this.wanted);
  }

  /** What is known of `id`, without asking: there in the same frame. */
  of(connection: number | undefined, id: string | null): FeedbackDetailView | null {
    if (id === null || connection !== this.connection) return null;
    return this.kept.get(id) ?? null;
  }

  /** Shows `id`; at once where it is known. */
  async show(connection: number, id: string | null): Promise<void> {
    if (connection !== this.connection) {
      this.kept.clear();
      this.stale.clear();
      this.asking.clear();
      this.tried.clear();
    }
    this.connection = connection;
    if (id !== this.wanted) this.runError = null;
    this.wanted = id;
    this.error = null;
    if (id !== null && this.isDue(id)) await this.fetch(id);
  }

  /** Fetches ahead, until it is asked for others; silent about what goes wrong. */
  async ahead(ids: readonly string[]): Promise<void> {
    const turn = ++this.turn;
    for (const id of ids) {
      if (turn !== this.turn) return;
      if (!this.isDue(id)) continue;
      try {
        this.keep(id, await this.ask(id));
      } catch {
        return;
      }
    }
  }

  /** The pins of a feedback are others now. */
  takePins(id: string, pins: PinView[]): void {
    const known = this.kept.get(id);
    if (!known) return;
    this.kept.set(id, { ...known, pins, row: { ...known.row, pins: pins.length } });
  }

  /** Data changed: read again what is on screen, and the rest when one comes to it. */
  async refresh(): Promise<void> {
    for (const id of this.kept.keys()) this.stale.add(id);
    this.asking.clear();
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
      if (this.wanted === id) this.error = null;
    } catch (error) {
      if (this.wanted === id) this.error = asError(error);
    }
  }

  private isDue(id: string): boolean {
    return !this.kept.has(id) || this.stale.has(id);
  }

  private async ask(id: string): Promise<FeedbackDetailView> {
    const under = this.asking.get(id);
    if (under) return await under;
    const asked = this.backend.rpc("get_feedback", { connection: this.connection, id });
    this.asking.set(id, asked);
    try {
      return await asked;
    } finally {
      if (this.asking.get(id) === asked) this.asking.delete(id);
    }
  }

  private keep(id: string, detail: FeedbackDetailView): void {
    this.kept.set(id, detail);
    this.stale.delete(id);
    if (this.kept.size <= KEPT) return;
    for (const oldest of this.kept.keys()) {
      if (oldest === this.wanted) continue;
      this.kept.delete(oldest);
      return;
    }
  }
}
