// A reviewer at the inbox: what is listed, which one is open, what was decided, and the steps from one
// to the next. The components draw it and hand presses to it.

import type { DecisionKindView, FeedbackDetailView, FeedbackRowView } from "../../backend/bindings";
import type { Desk } from "../../shared/context";
import { afterFrame, drawn } from "../../shared/afterFrame";
import { Details } from "./details.svelte";
import { Drafts } from "./drafts.svelte";
import { Inbox } from "./inbox.svelte";
import { Selection } from "./selection.svelte";
import { Triage, type Extras, type Target } from "./triage.svelte";

/** So close to the end of what is loaded the next page is asked for: keys come faster than pages. */
const NEAR_END = 60;
/** Where it is kept that look-alikes are to stand apart. */
const COLLAPSED = "look-alikes-in-one-row";

export class Review {
  readonly inbox: Inbox;
  readonly details: Details;
  readonly triage: Triage;
  readonly selection = new Selection();
  readonly drafts = new Drafts();
  /** The menu of snoozes is open. */
  snoozing = $state(false);
  /** The menu of orders is open. */
  sorting = $state(false);
  /** What a duplicate is being looked up for. */
  duplicating = $state.raw<Target | null>(null);
  /** The note is being written. */
  noting = $state(false);

  readonly connection: number | undefined = $derived.by(() => this.desk.session.current?.id);
  /** Where the open one stands in the list; −1 if it is not listed. */
  readonly index: number = $derived.by(() => this.inbox.indexOf(this.desk.router.feedback));
  /** The same from 1, all that rows stand for counted. */
  readonly place: number = $derived.by(() => {
    let place = 1;
    for (const row of this.inbox.rows.slice(0, Math.max(0, this.index))) {
      place += this.standsFor(row) ? (row.alike?.count ?? 1) : 1;
    }
    return place;
  });
  readonly detail: FeedbackDetailView | null = $derived.by(() =>
    this.details.of(this.connection, this.desk.router.feedback),
  );
  /** The open one. The listed row stands in until its detail has come, so that the words are there at once. */
  readonly row: FeedbackRowView | null = $derived.by(() => {
    const row = this.inbox.rows[this.index] ?? this.detail?.row;
    return row ? this.inbox.decided.of(row) : null;
  });

  /** How many are ticked, those that ticked rows stand for with them. */
  readonly ticked: number = $derived.by(() =>
    this.selection.size > 0 ? (this.target()?.count ?? 0) : 0,
  );

  /** Look-alikes are one row. */
  collapsed = $state(localStorage.getItem(COLLAPSED) !== "no");

  /** Where the open one stood last, should it leave the list. */
  private lastIndex = 0;

  constructor(private readonly desk: Desk) {
    this.inbox = new Inbox(desk.backend);
    this.details = new Details(desk.backend);
    this.triage = new Triage(
      desk.backend,
      this.inbox,
      desk.router,
      () => desk.session.changed(),
      drawn,
    );
  }

  /** Opens the list anew: another connection, mailbox or filter. A selection older than the question
   * (`held`) gives way when it is not among the answers; one that came with it is looked up. */
  async open(held: boolean, narrow: boolean): Promise<void> {
    const { router } = this.desk;
    if (this.connection === undefined) return;
    this.selection.clear();
    const fresh = await this.inbox.open(
      this.connection,
      router.mailbox,
      router.filter,
      this.collapsed,
    );
    if (!fresh) return;
    const id = router.feedback;
    if (held && this.inbox.indexOf(id) < 0) router.feedback = null;
    else if (id !== null) void this.inbox.loadUntil(id);
    if (!narrow) this.selectFirst();
  }

  /** The data changed. */
  async changed(): Promise<void> {
    void this.details.refresh();
    await this.inbox.refresh();
  }

  selectFirst(): void {
    if (this.desk.router.feedback !== null) return;
    this.desk.router.feedback = this.inbox.rows[0]?.id ?? null;
  }

  /** Shows what is selected, and fetches its neighbours ahead. */
  async show(): Promise<void> {
    const id = this.desk.router.feedback;
    const at = this.inbox.indexOf(id);
    this.noting = false;
    if (at >= 0) this.lastIndex = at;
    if (this.inbox.more && at > this.inbox.rows.length - NEAR_END) void this.inbox.loadMore();
    if (this.connection === undefined) return;
    await this.details.show(this.connection, id);
    const around = [1, 2, -1].map((step) => this.inbox.rows[at + step]?.id);
    if (at < 0) return;
    const ids = around.filter((id) => id !== undefined);
    afterFrame(() => void this.details.ahead(ids));
  }

  move(step: number): void {
    this.desk.session.hold();
    const to = this.inbox.neighbour(this.desk.router.feedback, step, this.lastIndex);
    if (to) this.desk.router.feedback = to.id;
  }
  home(): void {
    this.desk.router.feedback = this.inbox.rows[0]?.id ?? null;
  }
  async end(): Promise<void> {
    await this.inbox.loadFar();
    this.desk.router.feedback = this.inbox.rows.at(-1)?.id ?? null;
  }

  /** What a decision is about now: what is ticked, else the open one, and with a row all that it stands
   * for. `null` if there is neither. */
  target(): Target | null {
    const { inbox, selection, desk } = this;
    const { mailbox, filter } = desk.router;
    if (selection.size > 0) {
      const rows = selection.of(inbox.rows);
      if (selection.matching === null) return this.targetOf(rows);
      return { what: { mailbox, filter }, rows, count: selection.matching };
    }
    const row = inbox.rows[inbox.indexOf(desk.router.feedback)] ?? this.detail?.row;
    if (!row) return null;
    if (!this.standsFor(row)) return { what: { feedback: [row.id] }, rows: [row], count: 1 };
    const count = row.alike?.count ?? 1;
    return { what: { alike: row.id, mailbox, filter }, rows: [row], count };
  }

  /** Ticked rows: of those that stand for others, the others too. They are looked up when the turn comes. */
  private targetOf(rows: readonly FeedbackRowView[]): Target {
    const ids = rows.map((row) => row.id);
    const heads = rows.filter((row) => this.standsFor(row));
    const beside = heads.reduce((n, row) => n + (row.alike?.count ?? 1) - 1, 0);
    const count = rows.length + beside;
    if (heads.length === 0) return { what: { feedback: ids }, rows, count };
    const what = async () => {
      const all = await Promise.all(heads.map((row) => this.inbox.members(row.id)));
      return { feedback: [...new Set([...ids, ...all.flat().map((row) => row.id)])] };
    };
    return { what, rows, count };
  }

  private standsFor(row: FeedbackRowView): boolean {
    return row.alike !== null && !this.inbox.groups.isOpen(row.id);
  }

  /** Shows the look-alikes of the open row under it, or puts them away; `open` does only the one. */
  toggleGroup(open?: boolean, id = this.desk.router.feedback): boolean {
    if (id === null) return false;
    const { groups, rows } = this.inbox;
    const row = rows.find((one) => one.id === id);
    const head = row?.alike ? id : groups.headOf(id);
    if (head === null || (open !== undefined && groups.isOpen(head) === open)) return false;
    if (this.desk.router.feedback !== null && groups.isUnder(this.desk.router.feedback)) {
      this.desk.router.feedback = head;
    }
    void this.inbox.toggleGroup(head);
    return true;
  }

  /** Lists what is like the open one; asked again there, goes back. `false` if none is open. */
  similar(): boolean {
    const { row } = this;
    const { router } = this.desk;
    if (!row) return false;
    if (row.comment === null) this.triage.said = { what: "no_comment", count: 1 };
    else if (router.filter.like !== row.id) router.openSimilar(row.id);
    else return router.closeSimilar();
    return true;
  }

  /** Look-alikes in one row, or each by itself. */
  collapse(collapsed: boolean): void {
    this.collapsed = collapsed;
    localStorage.setItem(COLLAPSED, collapsed ? "yes" : "no");
  }

  /** Decides on `target`, by itself what is ticked or open now, with what was written to go with it.
   * `false` if there is nothing to decide on. */
  decide(kind: DecisionKindView, extras: Extras = {}, target = this.target()): boolean {
    if (this.connection === undefined || !target) return false;
    this.desk.session.hold();
    const id = this.desk.router.feedback;
    const written = id === null ? {} : this.drafts.take(id);
    this.selection.clear();
    this.triage.decide(this.connection, target, kind, { ...written, ...extras });
    return true;
  }

  /** Keeps what was written about the open one, and moves on. `false` if nothing was. */
  saveNote(): boolean {
    const { row, connection } = this;
    if (!row || connection === undefined) return false;
    const { note, reason } = this.drafts.take(row.id);
    const text = [reason, note].filter((part) => part !== undefined).join(": ");
    if (!text) return false;
    this.desk.session.hold();
    this.triage.note(connection, row, text);
    return true;
  }

  putNoteAway(): void {
    const { row } = this;
    if (row) this.drafts.take(row.id);
    this.noting = false;
  }

  undo(): boolean {
    if (this.connection === undefined) return false;
    this.desk.session.hold();
    this.triage.undo(this.connection);
    return true;
  }
  redo(): boolean {
    if (this.connection === undefined) return false;
    this.desk.session.hold();
    this.triage.redo(this.connection);
    return true;
  }

  /** Ticks the open one, or takes the tick away. */
  tick(): boolean {
    const id = this.desk.router.feedback;
    if (id === null || this.index < 0) return false;
    this.selection.toggle(id);
    return true;
  }
  /** A click on `id`: opens it; with Ctrl ticks it, with Shift ticks up to it. */
  pick(id: string, { ctrlKey, metaKey, shiftKey }: Partial<MouseEvent>): void {
    const from = this.desk.router.feedback;
    if (shiftKey && from !== null) this.selection.extend(this.inbox.rows, from, id);
    else if (ctrlKey || metaKey) return this.selection.toggle(id);
    this.desk.router.feedback = id;
  }
  /** Ticks on to the next or the previous one, and goes there. */
  extend(step: number): boolean {
    const from = this.desk.router.feedback;
    const to = this.inbox.neighbour(from, step, this.lastIndex);
    if (from === null || !to) return false;
    this.selection.extend(this.inbox.rows, from, to.id);
    this.desk.router.feedback = to.id;
    return true;
  }
  /** Ticks all that are loaded; asked again, all that match. */
  tickAll(): boolean {
    const { inbox, selection } = this;
    const open = inbox.rows.filter((row) => !inbox.decided.has(row.id));
    if (open.length === 0) return false;
    const whole = selection.matching === null && open.every((row) => selection.has(row.id));
    selection.all(open);
    if (whole && inbox.more && inbox.total !== null) selection.matching = inbox.total;
    return true;
  }
}
