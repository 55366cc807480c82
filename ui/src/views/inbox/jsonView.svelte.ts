// What of a JSON tree is open, where one is in it, and what one looks for. Rows are laid out a stretch
// at a time, so that a large tree holds up nothing.

import type { Stretch } from "./hits";
import { nodesOf, openedFirst, parseJson, visible, type JsonNode } from "./json";

/** Rows laid out at once. */
export const ROWS = 200;
/** Rows open to start with, as far as the tree has them. */
const FIRST_ROWS = 300;
/** Hits that are counted; more are not gone through one by one. */
const MOST_HITS = 1000;

export class JsonView {
  readonly source: string;
  /** `null`: the source is no JSON. */
  readonly root: JsonNode | null;
  active = $state.raw<JsonNode | null>(null);
  at = $state(-1);
  sought = $state("");
  /** The rows laid out: from, and to before which. */
  window = $state.raw<readonly [number, number]>([0, ROWS]);

  private open = $state.raw<ReadonlySet<JsonNode>>(new Set());

  readonly rows = $derived.by(() => (this.root ? visible(this.root, this.open) : []));
  readonly shown = $derived(this.rows.slice(...this.window));
  readonly hits = $derived.by(() => this.search());
  readonly pattern = $derived.by(() => patternOf(this.sought));

  constructor(source: string) {
    this.source = source;
    this.root = parsed(source);
    if (this.root) this.open = openedFirst(this.root, FIRST_ROWS);
  }

  find = (text: string): Stretch[] => stretches(text, this.pattern);

  isOpen(node: JsonNode): boolean {
    return this.open.has(node);
  }

  toggle(node: JsonNode, open = !this.open.has(node)): void {
    const next = new Set(this.open);
    if (open && node.children.length > 0) next.add(node);
    else next.delete(node);
    this.open = next;
  }

  expandAll(): void {
    if (this.root)
      this.open = new Set([...nodesOf(this.root)].filter((n) => n.children.length > 0));
  }

  collapseAll(): void {
    this.open = new Set();
    this.window = [0, ROWS];
    this.active = this.rows[0] ?? null;
  }

  showMore(): void {
    this.window = [this.window[0], this.window[1] + ROWS];
  }

  showEarlier(): void {
    this.window = [Math.max(0, this.window[0] - ROWS), this.window[1]];
  }

  seek(text: string): void {
    this.sought = text;
    this.at = -1;
    if (this.hits.length > 0) this.step(1);
  }

  /** Goes to the next hit, or back, and around at the ends; opens what hides it. */
  step(by: 1 | -1): boolean {
    const { hits } = this;
    if (hits.length === 0) return false;
    this.at = this.at < 0 && by < 0 ? hits.length - 1 : (this.at + by + hits.length) % hits.length;
    const node = hits[this.at];
    if (node) this.reveal(node);
    return true;
  }

  /** Moves to a row beside, `null` where there is none. */
  move(by: number): void {
    const from = this.active ? this.rows.indexOf(this.active) : -1;
    const to = Math.min(this.rows.length - 1, Math.max(0, from + by));
    const node = this.rows[to];
    if (node) this.reveal(node);
  }

  reveal(node: JsonNode): void {
    const open = new Set(this.open);
    for (let at = node.parent; at; at = at.parent) open.add(at);
    if (open.size !== this.open.size) this.open = open;
    this.active = node;
    const row = this.rows.indexOf(node);
    const [from, to] = this.window;
    if (row >= to && row < to + ROWS) this.window = [from, row + ROWS];
    else if (row < from || row >= to) this.window = [Math.max(0, row - ROWS / 2), row + ROWS];
  }

  private search(): JsonNode[] {
    if (!this.root || !this.pattern) return [];
    const hits: JsonNode[] = [];
    for (const node of nodesOf(this.root)) {
      if (node === this.root && node.children.length > 0) continue;
      if (!this.isHit(node)) continue;
      hits.push(node);
      if (hits.length >= MOST_HITS) break;
    }
    return hits;
  }

  private isHit(node: JsonNode): boolean {
    const named = typeof node.key === "string" && this.find(node.key).length > 0;
    return named || this.find(node.text).length > 0;
  }
}

function parsed(source: string): JsonNode | null {
  try {
    return parseJson(source);
  } catch {
    return null;
  }
}

/** What is typed, letter for letter; only case does not matter. */
function patternOf(text: string): RegExp | null {
  const escaped = text.trim().replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&");
  return escaped === "" ? null : new RegExp(escaped, "giu");
}

function stretches(text: string, pattern: RegExp | null): Stretch[] {
  if (!pattern) return [];
  return [...text.matchAll(pattern)].map((found) => [found.index, found.index + found[0].length]);
}
