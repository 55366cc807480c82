// The filter as it is typed: what the core understood of it, what is wrong where, and what could come next.
// The language is the core's; nothing of it is read here.

import type { Backend } from "../../backend/backend";
import type {
  FilterProblemView,
  FilterTokenView,
  FilterView,
  SuggestionView,
} from "../../backend/bindings";
import type { Router } from "../../shared/router.svelte";

/** A piece of the text as it is drawn. */
export interface Piece {
  key: number;
  /** Before the colon, quiet; empty for words. */
  name: string;
  rest: string;
  /** Blanks between tokens. */
  isGap: boolean;
  isBad: boolean;
}

/** The whole text in pieces. Tokens that are older than the text are left out from where they differ. */
export function pieces(
  text: string,
  read: string,
  tokens: readonly FilterTokenView[],
  problems: readonly FilterProblemView[],
): Piece[] {
  const list: Piece[] = [];
  let at = 0;
  const gap = (end: number) => {
    if (end > at) {
      list.push({ key: at, name: "", rest: text.slice(at, end), isGap: true, isBad: false });
    }
    at = Math.max(at, end);
  };
  for (const { start, end, value_start } of tokens) {
    if (end > text.length || text.slice(0, end) !== read.slice(0, end)) break;
    gap(start);
    const isBad = problems.some((p) => !p.is_hint && p.start < end && p.end > start);
    const [name, rest] = [text.slice(start, value_start), text.slice(value_start, end)];
    list.push({ key: start, name, rest, isGap: false, isBad });
    at = end;
  }
  gap(text.length);
  return list;
}

export class FilterText {
  text = $state("");
  problems = $state.raw<readonly FilterProblemView[]>([]);
  suggestions = $state.raw<readonly SuggestionView[]>([]);
  /** The suggestion Enter puts in; −1: none, Enter is done with typing. */
  at = $state(-1);

  readonly pieces: Piece[] = $derived.by(() =>
    pieces(this.text, this.read, this.tokens, this.problems),
  );

  private tokens = $state.raw<readonly FilterTokenView[]>([]);
  /** The text that `tokens` and `problems` are about. */
  private read = $state("");
  /** The filter this text stands for; another one came from elsewhere. */
  private filter: FilterView | null = null;
  private asked = 0;
  private offered = 0;

  constructor(
    private readonly backend: Backend,
    private readonly router: Router,
  ) {}

  /** The filter was set, here or elsewhere: the text follows. */
  async follow(connection: number, filter: FilterView): Promise<void> {
    if (filter === this.filter) return;
    this.filter = filter;
    const asked = ++this.asked;
    try {
      const { text, tokens } = await this.backend.rpc("print_filter", { connection, filter });
      if (asked !== this.asked) return;
      [this.text, this.read, this.tokens, this.problems] = [text, text, tokens, []];
    } catch {
      // The list says what is wrong.
    }
  }

  /** Typed up to `caret`: counts at once, as far as it is understood. */
  async type(connection: number, text: string, caret: number): Promise<void> {
    this.text = text;
    void this.suggest(connection, caret);
    const asked = ++this.asked;
    try {
      const answer = await this.backend.rpc("parse_filter", { connection, text });
      if (asked !== this.asked) return;
      [this.read, this.tokens, this.problems] = [text, answer.tokens, answer.problems];
      if (JSON.stringify(answer.filter) === JSON.stringify(this.router.filter)) return;
      this.filter = answer.filter;
      this.router.view = null;
      this.router.filter = answer.filter;
    } catch {
      // The list goes on as it was.
    }
  }

  async suggest(connection: number, caret: number): Promise<void> {
    const offered = ++this.offered;
    const { text } = this;
    try {
      const list = await this.backend.rpc("complete_filter", { connection, text, caret });
      if (offered !== this.offered || text !== this.text) return;
      this.suggestions = list;
      this.at = -1;
    } catch {
      this.suggestions = [];
    }
  }

  /** Puts the suggestion in; answers where the caret belongs. */
  async take(connection: number, suggestion: SuggestionView): Promise<number> {
    const [from, to] = suggestion.replaces;
    const text = this.text.slice(0, from) + suggestion.insert + this.text.slice(to);
    const caret = from + suggestion.insert.length;
    await this.type(connection, text, caret);
    return caret;
  }

  step(by: number): void {
    const n = this.suggestions.length;
    if (n > 0) this.at = this.at < 0 && by < 0 ? n - 1 : (this.at + by + n) % n;
  }

  close(): void {
    this.offered += 1;
    this.suggestions = [];
    this.at = -1;
  }
}
