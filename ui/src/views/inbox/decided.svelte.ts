// What was decided since the list was opened: how a row counts before the core has answered, and the
// rows that stay on screen although they belong to another mailbox now. What counts in the end is
// the core's answer; a read that began after it takes the place of what is noted here.

import { SvelteMap } from "svelte/reactivity";
import type { Request } from "../../backend/backend";
import type { DecisionKindView, FeedbackRowView } from "../../backend/bindings";

/** The part of a row that deciding changes. */
export type Mark = Pick<
  FeedbackRowView,
  "decision" | "is_reopened" | "snoozed" | "woken" | "duplicate_of" | "note"
>;

export function markOf(row: FeedbackRowView): Mark {
  const { decision, is_reopened, snoozed, woken, duplicate_of, note } = row;
  return { decision, is_reopened, snoozed, woken, duplicate_of, note };
}

/** How `row` counts once it is decided. */
export function decidedMark(
  row: FeedbackRowView,
  kind: DecisionKindView,
  { note, duplicate_of, snooze }: Pick<Request<"decide">, "note" | "duplicate_of" | "snooze">,
): Mark {
  const until = snooze?.kind === "until" ? snooze.until_ms : null;
  return {
    decision: kind,
    is_reopened: false,
    snoozed: snooze ? { kind: snooze.kind, until_ms: until } : null,
    woken: null,
    duplicate_of: duplicate_of ?? null,
    note: row.note || note !== undefined,
  };
}

/** One change of one row, on its way to the core or answered. */
interface Change {
  token: object;
  mark: Mark;
  decides: boolean;
  /** When the core had answered, on the clock of `Decided`; `null` while it has not. */
  answered: number | null;
}

export class Decided {
  /** Rows that stay although the last read did not list them. */
  stillShown = $state(0);

  private readonly marks = new SvelteMap<string, Mark>();
  private readonly changes = new Map<string, Change[]>();
  private clock = 0;

  /** The row as it counts now. */
  of(row: FeedbackRowView): FeedbackRowView {
    const mark = this.marks.get(row.id);
    return mark ? { ...row, ...mark } : row;
  }

  /** It was decided here and is shown on sufferance: deciding moves past it. */
  has(id: string): boolean {
    return this.changes.get(id)?.at(-1)?.decides ?? false;
  }

  /** Counts at once. `token` is what `answered` and `failed` name it by; `decides` is false for what
   * takes back. */
  note(id: string, mark: Mark, token: object, decides: boolean): void {
    const list = this.changes.get(id) ?? [];
    this.changes.set(id, [...list, { token, mark, decides, answered: null }]);
    this.marks.set(id, mark);
  }

  answered(ids: readonly string[], token: object): void {
    const now = ++this.clock;
    for (const change of this.withToken(ids, token)) change.answered = now;
  }

  /** The change never was: what counted before it counts again. */
  failed(ids: readonly string[], token: object): void {
    for (const id of ids) {
      const left = (this.changes.get(id) ?? []).filter((change) => change.token !== token);
      const last = left.at(-1);
      if (last) {
        this.changes.set(id, left);
        this.marks.set(id, last.mark);
      } else {
        this.forget(id);
      }
    }
  }

  /** A read of the list begins; hand the answer to `merge`. */
  begin(): number {
    return ++this.clock;
  }

  /** What to show after a read: what it listed, and between that, at their places, the rows that stay.
   * `begun` is what `begin` said. */
  merge(
    shown: readonly FeedbackRowView[],
    listed: readonly FeedbackRowView[],
    begun: number,
  ): readonly FeedbackRowView[] {
    const ids = new Set(listed.map((row) => row.id));
    const stays = new Set<string>();
    let stillShown = 0;
    for (const { id } of shown) {
      if (!this.changes.has(id)) continue;
      const decides = this.has(id);
      if (this.isSettled(id, begun) && (ids.has(id) || !decides)) this.forget(id);
      else if (!ids.has(id)) stays.add(id);
      if (stays.has(id) && decides) stillShown += 1;
    }
    this.stillShown = stillShown;
    return stays.size === 0 ? listed : placed(shown, listed, ids, stays);
  }

  /** The list is another one. What the core has not answered counts until it has. */
  leave(begun: number): void {
    for (const id of [...this.changes.keys()]) if (this.isSettled(id, begun)) this.forget(id);
    this.stillShown = 0;
  }

  private withToken(ids: readonly string[], token: object): Change[] {
    return ids.flatMap((id) => (this.changes.get(id) ?? []).filter((c) => c.token === token));
  }

  /** A read that began at `begun` knows all changes of `id`. */
  private isSettled(id: string, begun: number): boolean {
    const list = this.changes.get(id) ?? [];
    return list.every(({ answered }) => answered !== null && answered < begun);
  }

  private forget(id: string): void {
    this.changes.delete(id);
    this.marks.delete(id);
  }
}

/** `listed` with the rows that stay: each before the row that followed it on screen, the last ones
 * after the row that preceded them. */
function placed(
  shown: readonly FeedbackRowView[],
  listed: readonly FeedbackRowView[],
  ids: ReadonlySet<string>,
  stays: ReadonlySet<string>,
): FeedbackRowView[] {
  const before = new Map<string, FeedbackRowView[]>();
  let held: FeedbackRowView[] = [];
  let last: string | null = null;
  for (const row of shown) {
    if (ids.has(row.id)) {
      before.set(row.id, held);
      held = [];
      last = row.id;
    } else if (stays.has(row.id)) {
      held.push(row);
    }
  }
  const result = last === null ? [...held] : [];
  for (const row of listed) {
    result.push(...(before.get(row.id) ?? []), row);
    if (row.id === last) result.push(...held);
  }
  return result;
}
