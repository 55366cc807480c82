// The listed feedback: pages by cursor, refreshed in place when data changes, and who comes next.
// What is selected is the router's; this only knows where an id stands.

import { asError, type Backend } from "../../backend/backend";
import type {
  ErrorView,
  FeedbackPageView,
  FeedbackRowView,
  FilterView,
  Mailbox,
} from "../../backend/bindings";
import { Decided } from "./decided.svelte";
import { Groups, MOST_MEMBERS } from "./groups.svelte";

export const PAGE = 200;
/** The core hands over no more at once. */
const LARGEST_PAGE = 500;
/** How far `End` pages before it stops: beyond that, filtering is the way. */
const FAR = 5000;

interface Question {
  connection: number;
  mailbox: Mailbox;
  filter: FilterView;
  /** Look-alikes are one row. */
  collapse: boolean;
}

export class Inbox {
  rows = $state.raw<readonly FeedbackRowView[]>([]);
  /** How many match mailbox and filter; `null` while they are counted. */
  total = $state<number | null>(0);
  mailboxTotal = $state(0);
  everything = $state(0);
  /** There is more than `rows`. */
  more = $state(false);
  /** The first page has come at least once. */
  ready = $state(false);
  error = $state.raw<ErrorView | null>(null);
  /** `false`: a search may miss runs that came lately. */
  searchReady = $state(true);
  /** What was decided since the list was opened, and stays on it. */
  readonly decided = new Decided();
  readonly groups = new Groups();

  private question: Question | null = null;
  private cursor: string | null = null;
  /** Answers to an older question are thrown away. */
  private asked = 0;
  /** The next page, while it is under way. */
  private paging: Promise<void> | null = null;
  private refreshing = false;
  private again = false;

  constructor(private readonly backend: Backend) {}

  /** Asks anew: another connection, mailbox or filter. Rows stay until the answer is there.
   * `false` where a newer question overtook this one. */
  async open(
    connection: number,
    mailbox: Mailbox,
    filter: FilterView,
    collapse = false,
  ): Promise<boolean> {
    this.question = { connection, mailbox, filter, collapse };
    const asked = ++this.asked;
    const begun = this.decided.begin();
    this.paging = null;
    try {
      const page = await this.page(this.question, null, PAGE);
      if (asked !== this.asked) return false;
      this.decided.leave(begun);
      this.groups.clear();
      this.rows = page.rows;
      this.total = page.total;
      this.takeFirst(page);
      this.take(page);
    } catch (error) {
      if (asked !== this.asked) return false;
      this.rows = [];
      this.error = asError(error);
    }
    this.ready = true;
    return true;
  }

  /** The next page, if there is one. Whoever asks while it is under way waits for the same: to answer at
   * once would let a loop around this turn for ever, and no answer ever come. */
  loadMore(): Promise<void> {
    const { question, cursor } = this;
    if (!question || cursor === null) return Promise.resolve();
    if (this.paging) return this.paging;
    const paging = this.readMore(question, cursor).finally(() => {
      if (this.paging === paging) this.paging = null;
    });
    this.paging = paging;
    return paging;
  }

  private async readMore(question: Question, cursor: string): Promise<void> {
    const { asked } = this;
    try {
      const page = await this.page(question, cursor, PAGE);
      if (asked !== this.asked) return;
      this.rows = joined(this.rows, page.rows);
      this.take(page);
    } catch (error) {
      if (asked === this.asked) this.error = asError(error);
    }
  }

  loadFar(): Promise<void> {
    return this.loadWhile(() => true);
  }

  /** Pages until `id` is listed, or so far that filtering is the better way. */
  loadUntil(id: string): Promise<void> {
    return this.loadWhile(() => this.indexOf(id) < 0);
  }

  private async loadWhile(wanted: () => boolean): Promise<void> {
    const { question } = this;
    while (question === this.question && wanted()) {
      if (!this.more || this.rows.length >= FAR || this.error) return;
      await this.loadMore();
    }
  }

  /** Reads again what is listed. Changes that come meanwhile ask for one more time. */
  async refresh(): Promise<void> {
    if (this.refreshing) {
      this.again = true;
      return;
    }
    const question = this.question;
    if (!question) return;
    this.refreshing = true;
    try {
      await this.reread(question);
    } catch (error) {
      // Of a question one has left, nothing is to be said: that it was stopped, least of all.
      if (question === this.question) this.error = asError(error);
    } finally {
      this.refreshing = false;
    }
    if (this.again) {
      this.again = false;
      await this.refresh();
    }
  }

  /** Shows the look-alikes of a row under it, or puts them away. */
  async toggleGroup(id: string): Promise<void> {
    const { question, groups } = this;
    if (groups.isOpen(id)) {
      const under = this.rows.filter((row) => groups.headOf(row.id) === id && row.id !== id);
      const away = new Set(under.map((row) => row.id).filter((one) => groups.isUnder(one)));
      groups.close(id);
      this.rows = this.rows.filter((row) => !away.has(row.id));
      return;
    }
    try {
      const members = await this.members(id);
      if (question !== this.question || groups.isOpen(id)) return;
      groups.open(id, members);
      this.rows = groups.spread(this.rows.filter((row) => !groups.isUnder(row.id)));
    } catch (error) {
      if (question === this.question) this.error = asError(error);
    }
  }

  /** The look-alikes of a row within mailbox and filter, itself included. */
  async members(id: string): Promise<readonly FeedbackRowView[]> {
    if (!this.question) return [];
    const { connection, mailbox, filter } = this.question;
    const request = { connection, mailbox, filter, id, limit: MOST_MEMBERS };
    return (await this.backend.rpc("list_alike", request)).rows;
  }

  /** So many pins are stuck to a listed one now. */
  pinned(id: string, pins: number): void {
    this.rows = this.rows.map((row) => (row.id === id ? { ...row, pins } : row));
  }

  indexOf(id: string | null): number {
    return id === null ? -1 : this.rows.findIndex((row) => row.id === id);
  }

  /** The row `step` places on from `id`, held at the ends. `from` is where an `id` that is no
   * longer listed used to stand. */
  neighbour(id: string | null, step: number, from = 0): FeedbackRowView | null {
    if (this.rows.length === 0) return null;
    const at = this.indexOf(id);
    if (at < 0) return this.rows[Math.min(from, this.rows.length - 1)] ?? null;
    return this.rows[Math.min(this.rows.length - 1, Math.max(0, at + step))] ?? null;
  }

  /** The id after `id` that is neither decided here nor one of `without`; `null` if there is none. */
  following(id: string | null, without: ReadonlySet<string>): string | null {
    const from = this.indexOf(id) + 1;
    for (let at = from; at < this.rows.length; at++) {
      const row = this.rows[at];
      if (row && !without.has(row.id) && !this.decided.has(row.id)) return row.id;
    }
    return null;
  }

  private async reread(question: Question): Promise<void> {
    const asked = this.asked;
    const begun = this.decided.begin();
    const listed = this.rows.filter((row) => !this.groups.isUnder(row.id)).length;
    const wanted = Math.max(PAGE, listed - this.decided.stillShown);
    let rows: FeedbackRowView[] = [];
    let first: FeedbackPageView | null = null;
    let page: FeedbackPageView;
    let cursor: string | null = null;
    do {
      page = await this.page(question, cursor, Math.min(LARGEST_PAGE, wanted - rows.length));
      if (asked !== this.asked) return;
      rows = joined(rows, page.rows);
      first ??= page;
      cursor = page.next;
    } while (cursor !== null && rows.length < wanted);
    await this.groups.reread(rows, (id) => this.members(id));
    if (asked !== this.asked) return;
    this.rows = this.decided.merge(this.rows, this.groups.spread(rows), begun);
    this.takeFirst(first);
    this.take(page);
  }

  private page(question: Question, cursor: string | null, limit: number) {
    return this.backend.rpc("list_feedback", {
      ...question,
      limit,
      ...(cursor === null ? {} : { cursor }),
    });
  }

  private take(page: FeedbackPageView): void {
    this.error = null;
    this.cursor = page.next;
    this.more = page.next !== null;
    this.searchReady = page.search_ready;
  }

  /** Counts come with the first page only; one that takes its time is asked for behind it. */
  private takeFirst(page: FeedbackPageView): void {
    this.mailboxTotal = page.mailbox_total ?? this.mailboxTotal;
    this.everything = page.everything ?? this.everything;
    if (page.total !== null) this.total = page.total;
    else void this.count();
  }

  private async count(): Promise<void> {
    const { question } = this;
    if (!question) return;
    try {
      const { connection, mailbox, filter } = question;
      const { total } = await this.backend.rpc("count_feedback", { connection, mailbox, filter });
      if (question === this.question) this.total = total;
    } catch {
      // The list itself is there; without a count it stays uncounted.
    }
  }
}

/** A row that moved between two pages is listed once. */
function joined(
  rows: readonly FeedbackRowView[],
  more: readonly FeedbackRowView[],
): FeedbackRowView[] {
  const known = new Set(rows.map((row) => row.id));
  return [...rows, ...more.filter((row) => !known.has(row.id))];
}
