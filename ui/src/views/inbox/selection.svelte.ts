// What is ticked, to be decided on together: rows one by one, ranges of them, or all that match, loaded
// or not. Nothing ticked means the open one alone.

import { SvelteSet } from "svelte/reactivity";
import type { FeedbackRowView } from "../../backend/bindings";

export class Selection {
  /** How many match where all of them are ticked, the ones that are not loaded, too. */
  matching = $state<number | null>(null);

  private readonly ids = new SvelteSet<string>();
  /** Where the range under way began, and what was ticked before it. */
  private range: { from: string; before: readonly string[] } | null = null;

  get size(): number {
    return this.matching ?? this.ids.size;
  }

  has(id: string): boolean {
    return this.ids.has(id);
  }

  /** The ticked ones of `rows`, in their order. */
  of<Row extends { id: string }>(rows: readonly Row[]): Row[] {
    return rows.filter((row) => this.ids.has(row.id));
  }

  toggle(id: string): void {
    this.range = null;
    this.matching = null;
    if (!this.ids.delete(id)) this.ids.add(id);
  }

  /** Ticks from where the range began, `from` if it begins now, up to `to`. */
  extend(rows: readonly FeedbackRowView[], from: string, to: string): void {
    this.matching = null;
    this.range ??= { from, before: [...this.ids] };
    const [a, b] = [this.range.from, to].map((id) => rows.findIndex((row) => row.id === id));
    if (a === undefined || b === undefined || a < 0 || b < 0) return;
    const between = rows.slice(Math.min(a, b), Math.max(a, b) + 1).map((row) => row.id);
    this.set([...this.range.before, ...between]);
  }

  all(rows: readonly FeedbackRowView[]): void {
    this.range = null;
    this.matching = null;
    this.set(rows.map((row) => row.id));
  }

  set(ids: Iterable<string>): void {
    const wanted = new Set(ids);
    for (const id of [...this.ids]) if (!wanted.has(id)) this.ids.delete(id);
    for (const id of wanted) this.ids.add(id);
  }

  clear(): void {
    this.range = null;
    this.matching = null;
    this.ids.clear();
  }
}
