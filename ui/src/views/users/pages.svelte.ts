// The pages of the user list loaded so far. Later questions overtake earlier ones; rows stay on
// screen until their successors are here.

import { asError, type Backend } from "../../backend/backend";
import type { ErrorView, UserRowView } from "../../backend/bindings";

const PAGE = 200;
/** The core's own limit. */
const MOST = 500;

export class UserPages {
  rows = $state.raw<UserRowView[]>([]);
  total = $state(0);
  loaded = $state(false);
  error = $state.raw<ErrorView | null>(null);
  /** What the rows on screen were searched for. */
  search = $state("");

  private next: string | null = null;
  private turn = 0;
  private loadingMore = false;

  constructor(private readonly backend: Backend) {}

  /** People with an id. */
  readonly named: UserRowView[] = $derived(this.rows.filter((row) => row.user !== null));
  /** Everyone without one; known for sure only when all pages are here. */
  readonly nameless: UserRowView | null = $derived(
    this.rows.find((row) => row.user === null) ?? null,
  );

  /** From the top. As many rows as there were, so that a reload does not scroll. */
  async load(connection: number, search: string): Promise<void> {
    const turn = ++this.turn;
    const same = search === this.search;
    const limit = Math.min(MOST, Math.max(PAGE, same ? this.rows.length : 0));
    try {
      const asked = search === "" ? {} : { search };
      const page = await this.backend.rpc("list_users", { connection, limit, ...asked });
      if (turn !== this.turn) return;
      this.rows = page.rows;
      this.next = page.next;
      this.total = page.total;
      this.search = search;
      this.loaded = true;
      this.error = null;
    } catch (thrown) {
      if (turn === this.turn) this.error = asError(thrown);
    }
  }

  async more(connection: number): Promise<void> {
    if (this.next === null || this.loadingMore) return;
    const turn = this.turn;
    this.loadingMore = true;
    try {
      const asked = this.search === "" ? {} : { search: this.search };
      const cursor = this.next;
      const page = await this.backend.rpc("list_users", {
        connection,
        limit: PAGE,
        cursor,
        ...asked,
      });
      if (turn !== this.turn) return;
      this.rows = [...this.rows, ...page.rows];
      this.next = page.next;
    } catch (thrown) {
      if (turn === this.turn) this.error = asError(thrown);
    } finally {
      this.loadingMore = false;
    }
  }

  get complete(): boolean {
    return this.next === null;
  }
}
