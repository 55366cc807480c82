// Where the reader is: the screen, and what is chosen on it. No history; Esc goes back a pane.

import type { FilterView, Mailbox, OrderView } from "../backend/bindings";

export type Screen = "inbox" | "trends" | "users" | "settings" | "firstrun";

export type SettingsTarget = "key" | "keyboard" | "token" | "offline" | "pages";

export class Router {
  screen = $state<Screen>("inbox");
  mailbox = $state<Mailbox>("negative_open");
  filter = $state.raw<FilterView>({});
  /** The saved view that was opened, as long as its filter stays as it was. */
  view = $state<number | null>(null);
  /** The feedback whose detail is open. */
  feedback = $state<string | null>(null);
  /** Where one was before what is like one feedback was listed; Esc goes back there. */
  private before = $state.raw<Pick<Router, "mailbox" | "filter" | "view"> | null>(null);
  /** Orders that were chosen, by mailbox or saved view. */
  private readonly orders = new Map<Mailbox | number, OrderView>();
  /** The user whose story is open: `null` is everyone without an id, `undefined` none. */
  user = $state<string | null | undefined>(undefined);
  /** The instructions stand beside the detail. */
  instructions = $state(false);
  /** One feedback has the whole screen; the list is put away. */
  focused = $state(false);
  /** What Settings should put the focus on when it opens. */
  settingsTarget = $state<SettingsTarget | null>(null);
  /** The first-run screen was asked for ("Add a connection…"), and can be left again. */
  adding = $state(false);

  go(screen: Screen): void {
    this.screen = screen;
    if (screen !== "firstrun") this.adding = false;
  }

  /** A filter without an order takes the one its mailbox was left in. */
  openMailbox(mailbox: Mailbox, filter: FilterView = {}, view: number | null = null): void {
    const order = filter.order ?? this.orders.get(view ?? mailbox);
    this.before = null;
    this.mailbox = mailbox;
    this.filter = order === undefined ? filter : { ...filter, order };
    this.view = view;
    this.feedback = null;
    this.go("inbox");
  }

  openFeedback(id: string, mailbox: Mailbox = this.mailbox, filter = this.filter): void {
    this.mailbox = mailbox;
    this.filter = filter;
    this.feedback = id;
    this.go("inbox");
  }

  /** Lists in another order: from now on, as long as the window is open. What fits best goes with what it fits. */
  sort(order: OrderView): void {
    const { filter, view, mailbox } = this;
    const { order: _, ...rest } = filter;
    const usual = filter.like === undefined ? "newest" : "best";
    this.filter = order === usual ? rest : { ...rest, order };
    if (order !== "best" && filter.like === undefined) this.orders.set(view ?? mailbox, order);
  }

  /** Lists what is like a feedback, which stays open. From there, what is like another. */
  openSimilar(id: string): void {
    const { mailbox, filter, view } = this;
    this.before ??= { mailbox, filter, view };
    this.mailbox = "everything";
    this.filter = { like: id };
    this.view = null;
    this.feedback = id;
    this.focused = false;
    this.go("inbox");
  }

  /** Back from it; `false`: one is not there, or did not come by `openSimilar`. */
  closeSimilar(): boolean {
    const { before } = this;
    this.before = null;
    if (before === null || this.filter.like === undefined) return false;
    this.mailbox = before.mailbox;
    this.filter = before.filter;
    this.view = before.view;
    return true;
  }

  openStory(user: string | null): void {
    this.user = user;
    this.go("users");
  }

  openSettings(target: SettingsTarget): void {
    this.settingsTarget = target;
    this.go("settings");
  }

  addConnection(): void {
    this.adding = true;
    this.screen = "firstrun";
  }
}
