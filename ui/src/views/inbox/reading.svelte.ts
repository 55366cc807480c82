// What the parts of a run are read with: the searched words, and the pins on the open feedback. Handed
// down to every text of it; a text shown elsewhere has neither.

import { getContext, setContext } from "svelte";
import { asError, type Backend } from "../../backend/backend";
import type { ErrorView, PinView } from "../../backend/bindings";
import { HitSteps } from "./hitSteps.svelte";
import { hitsIn, termsOf, type Stretch } from "./hits";

/** A text or value of a feedback. */
export interface Place {
  /** `comment`, `input`, `output` or `message:N`. */
  place: string;
  /** JSON pointer; empty: the whole of it. */
  pointer: string;
}

/** What is about to be pinned, or the pin whose note is being written anew. */
export interface Draft extends Place {
  feedback: string;
  start: number | null;
  end: number | null;
  quote: string;
  pin: PinView | null;
}

/** What was just done, and how it is taken back. */
export interface Done {
  text: string;
  undo: () => Promise<void>;
}

/** The open feedback, as whoever shows it knows it. */
export interface Shown {
  connection: () => number;
  feedback: () => string;
  pins: () => readonly PinView[];
  search: () => string;
  onpins: (feedback: string, pins: PinView[]) => void;
}

export class Reading {
  done = $state.raw<Done | null>(null);
  error = $state.raw<ErrorView | null>(null);
  readonly hits = new HitSteps();
  readonly terms = $derived.by(() => termsOf(this.shown.search()));
  readonly draft = $derived.by(() =>
    this.drafted?.feedback === this.shown.feedback() ? this.drafted : null,
  );

  private drafted = $state.raw<Draft | null>(null);

  constructor(
    private readonly backend: Backend,
    private readonly shown: Shown,
  ) {}

  /** Where the searched words stand in a text. */
  find = (text: string): Stretch[] => hitsIn(text, this.terms);

  /** The pins that sit here; `below`: and inside of it. */
  pinsAt(at: Place | null, below = false): PinView[] {
    if (at === null) return [];
    return this.shown.pins().filter((pin) => sits(pin, at, below));
  }

  /** Whether the pin being written sits here. */
  isDrafted(at: Place | null, below = false): boolean {
    return at !== null && this.draft !== null && sits(this.draft, at, below);
  }

  begin(at: Place, quote: string, stretch: Stretch | null = null): void {
    const [start, end] = stretch ?? [null, null];
    this.error = null;
    this.drafted = { ...at, start, end, quote, pin: null, feedback: this.shown.feedback() };
  }

  edit(pin: PinView): void {
    this.error = null;
    this.drafted = { ...pin, pin, feedback: this.shown.feedback() };
  }

  cancel(): void {
    this.drafted = null;
  }

  /** Sets the pin that is being written; a draft stays where it could not be set. */
  async save(note: string): Promise<void> {
    const { draft } = this;
    if (!draft) return;
    const { feedback, pin: old } = draft;
    const saved = old ? await this.note(feedback, old, note) : await this.add(draft, note);
    if (!saved) return;
    this.drafted = null;
    const newest = saved.reduce<PinView | null>((a, b) => (a && a.id > b.id ? a : b), null);
    if (!newest) return;
    if (old) {
      this.say("Note changed.", () => this.note(feedback, newest, old.note ?? ""));
    } else {
      this.say("Pinned.", () => this.take("remove_pin", feedback, newest));
    }
  }

  async remove(pin: PinView): Promise<void> {
    const feedback = this.shown.feedback();
    if (!(await this.take("remove_pin", feedback, pin))) return;
    this.say("Pin removed.", () => this.take("restore_pin", feedback, pin));
  }

  private say(text: string, undo: () => Promise<unknown>): void {
    const done: Done = {
      text,
      undo: async () => {
        if (this.done === done) this.done = null;
        await undo();
      },
    };
    this.done = done;
  }

  private add({ feedback, place, pointer, start, end, quote }: Draft, note: string) {
    const stretch = start === null || end === null ? {} : { start, end };
    return this.ask(feedback, (connection) =>
      this.backend.rpc("add_pin", {
        connection,
        feedback,
        place,
        pointer,
        quote,
        note,
        ...stretch,
      }),
    );
  }

  private note(feedback: string, pin: PinView, note: string) {
    return this.ask(feedback, (connection) =>
      this.backend.rpc("edit_pin", { connection, feedback, pin: pin.id, note }),
    );
  }

  private take(name: "remove_pin" | "restore_pin", feedback: string, pin: PinView) {
    return this.ask(feedback, (connection) =>
      this.backend.rpc(name, { connection, feedback, pin: pin.id }),
    );
  }

  private async ask(
    feedback: string,
    rpc: (connection: number) => Promise<PinView[]>,
  ): Promise<PinView[] | null> {
    this.error = null;
    try {
      const pins = await rpc(this.shown.connection());
      this.shown.onpins(feedback, pins);
      return pins;
    } catch (error) {
      this.error = asError(error);
      return null;
    }
  }
}

function sits(pin: Place, at: Place, below: boolean): boolean {
  if (pin.place !== at.place) return false;
  return pin.pointer === at.pointer || (below && pin.pointer.startsWith(`${at.pointer}/`));
}

/** The place of what is called `name` inside. */
export function inside(at: Place | null, name: string | number): Place | null {
  if (at === null) return null;
  const token = String(name).replaceAll("~", "~0").replaceAll("/", "~1");
  return { place: at.place, pointer: `${at.pointer}/${token}` };
}

const key = Symbol("reading");

export function provideReading(reading: Reading): Reading {
  return setContext(key, reading);
}

/** `undefined` where the text is not a feedback's. */
export function useReading(): Reading | undefined {
  return getContext<Reading | undefined>(key);
}
