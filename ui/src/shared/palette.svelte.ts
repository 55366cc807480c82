// What the palette finds: entries from sources that are asked once when it opens, and from sources that
// are asked again for what is typed. Which entries there are is the sources' matter.

import { match, type Match } from "./fuzzy";
import type { IconName } from "./icons";
import type { Command } from "./keys";

export type PaletteGroup =
  "Recent" | "Commands" | "Go to" | "Agents and versions" | "Views" | "Connections" | "Users";

export interface PaletteEntry {
  /** The same for the same thing the next time. */
  id: string;
  group: PaletteGroup;
  label: string;
  icon: IconName;
  /** Behind the label, quiet. */
  fact?: string;
  /** Its key is shown. */
  command?: Command;
  /** Other words one may look for. */
  also?: string;
  /** It cannot be done here; found, but not offered. The fact says why. */
  off?: true;
  /** It comes from the connection's data: it is remembered while the window is open, and not written down. */
  data?: true;
  run: () => void;
}

export type Source = () => PaletteEntry[] | Promise<PaletteEntry[]>;
/** Finds by itself; asked when one has stopped typing. */
export type Search = (typed: string) => Promise<PaletteEntry[]>;

export interface Found extends PaletteEntry {
  match: Match;
}

const ORDER: readonly PaletteGroup[] = [
  "Recent",
  "Commands",
  "Go to",
  "Agents and versions",
  "Views",
  "Connections",
  "Users",
];
/** How long one pauses before the cache is searched. */
const PAUSE_MS = 120;
const MOST_RECENT = 5;
const UNMARKED: Match = { score: 1, at: new Set() };
/** More of one group than one reads through. */
const MOST_FOUND = 8;

export class Palette {
  typed = $state("");
  private entries = $state.raw<readonly PaletteEntry[]>([]);
  private searched = $state.raw<readonly PaletteEntry[]>([]);
  private chosen = $state<string | null>(null);
  private recent = $state.raw<readonly string[]>([]);

  readonly groups = $derived(this.grouped());
  private readonly rows = $derived(this.groups.flatMap((group) => group.found));
  /** The one that Enter does. */
  readonly active = $derived(
    this.rows.find((row) => row.id === this.chosen) ?? this.rows[0] ?? null,
  );
  readonly count = $derived(this.rows.length);

  /** Of the recent ones those that are no data. */
  private written: readonly string[];
  private asked = 0;
  private waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly sources: readonly Source[],
    private readonly searches: readonly Search[],
    private readonly storage: Pick<Storage, "getItem" | "setItem">,
  ) {
    this.written = kept(storage.getItem("palette"));
    this.recent = this.written;
  }

  /** Begins anew. Each source's entries are there as soon as it answers; one that fails has none. */
  open(): void {
    this.typed = "";
    this.chosen = null;
    this.searched = [];
    this.entries = [];
    const asked = ++this.asked;
    for (const source of this.sources) {
      const answer = source();
      if (Array.isArray(answer)) this.entries = [...this.entries, ...answer];
      else void this.add(asked, answer);
    }
  }

  close(): void {
    this.asked += 1;
    clearTimeout(this.waiting);
  }

  type(text: string): void {
    this.typed = text;
    // What is first now stays chosen when answers come in above it.
    this.chosen = null;
    this.chosen = this.active?.id ?? null;
    clearTimeout(this.waiting);
    if (text.trim() !== "") this.waiting = setTimeout(() => void this.search(text), PAUSE_MS);
  }

  /** From the last to the first and back. */
  move(step: 1 | -1): void {
    const { rows } = this;
    const at = rows.findIndex((row) => row.id === this.active?.id);
    this.chosen = rows[(at + step + rows.length) % rows.length]?.id ?? null;
  }

  choose(id: string): void {
    this.chosen = id;
  }

  /** It was done: it comes first the next time. */
  remember(entry: PaletteEntry): void {
    this.recent = first(entry.id, this.recent);
    if (entry.data) return;
    this.written = first(entry.id, this.written);
    this.storage.setItem("palette", JSON.stringify(this.written));
  }

  private async add(asked: number, answer: Promise<PaletteEntry[]>): Promise<void> {
    const entries = await answer.catch(() => []);
    if (asked === this.asked) this.entries = [...this.entries, ...entries];
  }

  private async search(text: string): Promise<void> {
    const { asked } = this;
    const answers = await Promise.all(this.searches.map((find) => find(text).catch(() => [])));
    if (asked === this.asked && text === this.typed) this.searched = answers.flat();
  }

  private grouped(): { group: PaletteGroup; found: readonly Found[] }[] {
    const all = this.typed.trim() === "" ? this.atHand() : this.matching();
    const groups = ORDER.map((group) => ({ group, found: all.filter((f) => f.group === group) }));
    const filled = groups.filter(({ found }) => found.length > 0);
    return this.typed.trim() === "" ? filled : filled.sort((a, b) => rank(b) - rank(a));
  }

  /** Nothing is typed: what was done last, then what can be done here. */
  private atHand(): Found[] {
    const here = this.entries.filter((entry) => !entry.off && !entry.data);
    const recent = this.recent.flatMap(
      (id) => this.entries.find((e) => e.id === id && !e.off) ?? [],
    );
    const again = recent.map((entry) => ({ ...entry, group: "Recent" as const }));
    const rest = here.filter((entry) => !this.recent.includes(entry.id));
    return [...again, ...rest].map((entry) => ({ ...entry, match: UNMARKED }));
  }

  private matching(): Found[] {
    const found = [...this.entries, ...this.searched].flatMap((entry) => {
      const own = match(entry.label, this.typed);
      const other = own ?? (entry.also === undefined ? null : match(entry.also, this.typed));
      // Found by another word: nothing of its label is marked, and it stands behind the others.
      const hit = own ?? (other && { score: other.score / 2, at: new Set<number>() });
      return hit ? [{ ...entry, match: hit }] : [];
    });
    const usable = (entry: Found) => (entry.off ? 0 : 10);
    const sorted = found.sort((a, b) => usable(b) + b.match.score - (usable(a) + a.match.score));
    const count = new Map<PaletteGroup, number>();
    return sorted.filter(({ group }) => {
      const before = count.get(group) ?? 0;
      count.set(group, before + 1);
      return before < MOST_FOUND;
    });
  }
}

/** Groups stand by their best match; users, whose answers come last, stay last. */
function rank({ group, found }: { group: PaletteGroup; found: readonly Found[] }): number {
  if (group === "Users") return -1;
  const first = found[0];
  return first && !first.off ? first.match.score : 0;
}

function first(id: string, ids: readonly string[]): string[] {
  return [id, ...ids.filter((other) => other !== id)].slice(0, MOST_RECENT);
}

function kept(json: string | null): string[] {
  try {
    const ids: unknown = JSON.parse(json ?? "[]");
    return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : [];
  } catch {
    return [];
  }
}
