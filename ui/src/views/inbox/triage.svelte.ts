// Deciding: what one key does to the item that is shown. It counts on screen at once; the core is
// told behind it, one thing after the other, in the order of the keys. Taking back goes the same way.

import { asError, type Backend, type Request } from "../../backend/backend";
import type {
  DecideWhat,
  DecisionKindView,
  ErrorView,
  FeedbackRowView,
} from "../../backend/bindings";
import { decidedMark, markOf, type Mark } from "./decided.svelte";
import type { Inbox } from "./inbox.svelte";

/** Where the selection is. */
export interface Place {
  feedback: string | null;
}

/** What a decision says besides its kind. */
export type Extras = Pick<Request<"decide">, "note" | "reason" | "duplicate_of" | "snooze">;

/** What is decided on: in the core's words, and the rows of it that are listed. */
export interface Target {
  /** Where it has to be looked up first, the way to do so. */
  what: DecideWhat | (() => Promise<DecideWhat>);
  rows: readonly FeedbackRowView[];
  count: number;
}

/** One step of the log as this window made it. */
interface Step {
  connection: number;
  /** The listed rows of it, as they counted before. */
  rows: readonly FeedbackRowView[];
  /** Those of them that were decided here before already. */
  had: ReadonlySet<string>;
  mark: (row: FeedbackRowView) => Mark;
  /** It decides; a note alone does not. */
  decides: boolean;
  count: number;
  /** The selection when the key went down, and after it. */
  from: string | null;
  to: string | null;
  /** Its number in the log; `null` until the core has answered, and where it failed. */
  step: number | null;
  /** The number of the step that took it back. */
  undo: number | null;
}

export type Said = {
  what:
    | "decided"
    | "noted"
    | "taken_back"
    | "done_again"
    | "nothing_back"
    | "nothing_again"
    | "no_comment";
  count: number;
};

export interface Failure {
  error: ErrorView;
  /** How many were not kept since the notice came up. */
  count: number;
  what: "decide" | "note" | "undo" | "redo";
}

export class Triage {
  /** What happened last, for the toast; decisions in a row are counted together. */
  said = $state.raw<Said | null>(null);
  failure = $state.raw<Failure | null>(null);

  private done: Step[] = [];
  private undone: Step[] = [];
  private queue: Promise<void> = Promise.resolve();
  private waiting = 0;

  constructor(
    private readonly backend: Backend,
    private readonly inbox: Inbox,
    private readonly place: Place,
    /** All that was under way is answered: what is listed can be read again. */
    private readonly onsettled: () => void = () => undefined,
    /** What the key did is on screen. */
    private readonly drawn: () => Promise<void> = () => Promise.resolve(),
  ) {}

  /** Decides and moves on to the next that is not among `target`. */
  decide(connection: number, target: Target, kind: DecisionKindView, extras: Extras = {}): void {
    const rows = target.rows.filter((row) => row.id !== extras.duplicate_of);
    const mark = (row: FeedbackRowView) => decidedMark(row, kind, extras);
    const step = this.begin(connection, rows, mark, target.count, true);
    this.moveOn(step);
    this.say("decided", step.count);
    this.send(step, "decide", step, async () => {
      const what = typeof target.what === "function" ? await target.what() : target.what;
      const answer = await this.backend.rpc("decide", { connection, what, kind, ...extras });
      step.step = answer.step;
      if (answer.count !== step.count) this.correct(step, answer.count);
    });
  }

  /** Notes something about `row` without deciding, and moves on. */
  note(connection: number, row: FeedbackRowView, note: string): void {
    const mark = (row: FeedbackRowView) => ({ ...markOf(row), note: true });
    const step = this.begin(connection, [row], mark, 1, false);
    this.moveOn(step);
    this.say("noted", 1);
    const request = { connection, feedback: row.id, note };
    this.send(step, "note", step, async () => {
      step.step = (await this.backend.rpc("set_note", request)).step;
    });
  }

  /** Takes back the last step; the selection goes back to where it was made. */
  undo(connection: number): void {
    const step = this.done.pop();
    if (!step) return this.older(connection, "undo");
    const token = {};
    for (const row of step.rows) {
      this.inbox.decided.note(row.id, markOf(row), token, step.had.has(row.id));
    }
    this.place.feedback = step.from;
    this.undone.push(step);
    this.say("taken_back", step.count);
    this.send(step, "undo", token, async () => {
      if (step.step === null) return;
      const request = { connection: step.connection, step: step.step };
      step.undo = (await this.backend.rpc("undo_decision", request))?.step ?? null;
    });
  }

  /** Does again what was taken back last. */
  redo(connection: number): void {
    const step = this.undone.pop();
    if (!step) return this.older(connection, "redo");
    const token = {};
    this.mark(step, token);
    this.place.feedback = step.to;
    this.done.push(step);
    this.say("done_again", step.count);
    this.send(step, "redo", token, async () => {
      if (step.undo === null) return;
      const request = { connection: step.connection, step: step.undo };
      await this.backend.rpc("undo_decision", request);
      step.undo = null;
    });
  }

  /** Another connection: what was done on the one before is not taken back from here. */
  forget(): void {
    this.done = [];
    this.undone = [];
    this.said = null;
    this.failure = null;
  }

  /** All that was asked for so far has been answered. */
  async settled(): Promise<void> {
    await this.queue;
  }

  private begin(
    connection: number,
    rows: readonly FeedbackRowView[],
    mark: Step["mark"],
    count: number,
    decides: boolean,
  ): Step {
    const { decided } = this.inbox;
    const { feedback } = this.place;
    const step: Step = {
      connection,
      rows: rows.map((row) => decided.of(row)),
      had: new Set(rows.map((row) => row.id).filter((id) => decided.has(id))),
      mark,
      decides,
      count,
      from: feedback,
      to: feedback,
      step: null,
      undo: null,
    };
    this.mark(step, step);
    this.undone = [];
    this.done.push(step);
    return step;
  }

  private moveOn(step: Step): void {
    const without = new Set(step.rows.map((row) => row.id));
    step.to = this.inbox.following(step.from, without) ?? step.from;
    this.place.feedback = step.to;
  }

  private mark(step: Step, token: object): void {
    for (const row of step.rows) {
      const decides = step.decides || step.had.has(row.id);
      this.inbox.decided.note(row.id, step.mark(row), token, decides);
    }
  }

  /** What was done before this window was opened. */
  private older(connection: number, what: "undo" | "redo"): void {
    const { feedback } = this.place;
    const undo = what === "undo";
    this.enqueue(async () => {
      try {
        const name = undo ? "undo_decision" : "redo_decision";
        const step = await this.backend.rpc(name, { connection });
        if (!step) return this.say(undo ? "nothing_back" : "nothing_again", 0);
        this.say(undo ? "taken_back" : "done_again", step.count);
        // One has moved on meanwhile: what one looks at stays.
        const [first] = step.feedback;
        if (first !== undefined && this.place.feedback === feedback) this.place.feedback = first;
      } catch (error) {
        this.fail(what, error);
      }
    });
  }

  private send(step: Step, what: Failure["what"], token: object, ask: () => Promise<void>): void {
    const ids = step.rows.map((row) => row.id);
    this.enqueue(async () => {
      try {
        await ask();
        this.inbox.decided.answered(ids, token);
      } catch (error) {
        this.inbox.decided.failed(ids, token);
        this.takeOut(step, what);
        this.fail(what, error);
      }
    });
  }

  /** Behind the frame that shows what the key did: asking, and the answer, took a fifth of the time to it. */
  private enqueue(work: () => Promise<void>): void {
    this.waiting += 1;
    const drawn = this.drawn();
    this.queue = this.queue.then(async () => {
      await drawn;
      await work();
      this.waiting -= 1;
      if (this.waiting === 0) this.onsettled();
    });
  }

  /** What failed stands where it stood before it was tried. */
  private takeOut(step: Step, what: Failure["what"]): void {
    this.done = this.done.filter((one) => one !== step);
    this.undone = this.undone.filter((one) => one !== step);
    if (what === "undo") this.done.push(step);
    if (what === "redo") this.undone.push(step);
    if (what === "decide") this.correct(step, 0);
    else this.said = null;
  }

  /** The core decided on more or fewer than was thought. */
  private correct(step: Step, count: number): void {
    const off = step.count - count;
    step.count = count;
    if (this.said?.what !== "decided") return;
    const left = this.said.count - off;
    this.said = left > 0 ? { what: "decided", count: left } : null;
  }

  private fail(what: Failure["what"], error: unknown): void {
    const count = this.failure?.what === what ? this.failure.count + 1 : 1;
    this.failure = { error: asError(error), count, what };
  }

  private say(what: Said["what"], count: number): void {
    const before = this.said?.what === what ? this.said.count : 0;
    this.said = { what, count: before + count };
  }
}
