// The saved views of the current connection: what they are called, how much they show, and what one does
// with them. Taken away, one can be brought back.

import { asError, type Backend } from "../backend/backend";
import type { ErrorView, SavedView } from "../backend/bindings";
import type { Router } from "../shared/router.svelte";

export class Views {
  list = $state.raw<readonly SavedView[]>([]);
  /** The one that was taken away last, and which one it stood before. */
  gone = $state.raw<{ view: SavedView; before: number | null } | null>(null);
  /** Why the last thing one did with them was not done. */
  error = $state.raw<ErrorView | null>(null);

  /** Whose they are: what was taken away there is not brought back elsewhere. */
  private connection: number | null = null;

  constructor(
    private readonly backend: Backend,
    private readonly router: Router,
  ) {}

  async read(connection: number): Promise<void> {
    if (connection !== this.connection) [this.gone, this.error] = [null, null];
    this.connection = connection;
    try {
      this.list = await this.backend.rpc("list_views", { connection });
    } catch {
      // They stay as they were; the list says what is wrong.
    }
  }

  async open(connection: number, view: SavedView): Promise<void> {
    await this.trying(async () => {
      const { text } = view;
      const { filter } = await this.backend.rpc("parse_filter", { connection, text });
      this.router.openMailbox(view.mailbox, filter, view.id);
    });
  }

  /** What is wrong with the name, for the dialog that asks for it. */
  async rename(connection: number, view: number, name: string): Promise<ErrorView | null> {
    try {
      await this.backend.rpc("rename_view", { connection, view, name });
      return null;
    } catch (error) {
      return asError(error);
    }
  }

  /** Up or down by one. */
  async move(connection: number, view: number, by: 1 | -1): Promise<void> {
    const at = this.list.findIndex(({ id }) => id === view);
    const before = this.list[by < 0 ? at - 1 : at + 2]?.id;
    if (by < 0 && before === undefined) return;
    await this.trying(async () => {
      const request = { connection, view, ...(before === undefined ? {} : { before }) };
      await this.backend.rpc("move_view", request);
    });
  }

  async remove(connection: number, view: SavedView): Promise<void> {
    const at = this.list.findIndex(({ id }) => id === view.id);
    const before = this.list[at + 1]?.id ?? null;
    await this.trying(async () => {
      await this.backend.rpc("delete_view", { connection, view: view.id });
      this.gone = { view, before };
      if (this.router.view === view.id) this.router.view = null;
    });
  }

  async bringBack(connection: number): Promise<void> {
    const { gone } = this;
    if (!gone) return;
    await this.trying(async () => {
      const { name, mailbox, text } = gone.view;
      const saved = await this.backend.rpc("save_view", { connection, name, mailbox, text });
      this.gone = null;
      if (gone.before === null) return;
      const request = { connection, view: saved.id, before: gone.before };
      await this.backend.rpc("move_view", request);
    });
  }

  forgive(): void {
    this.error = null;
  }

  private async trying(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.error = null;
    } catch (error) {
      this.error = asError(error);
    }
  }
}
