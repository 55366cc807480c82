// Where the searched words stand in a text, so that they are marked where one reads it. The rules are
// those of the core's search (store, feedback/search.rs, and FTS5's unicode61 behind it), on what is
// on the screen; nothing is searched here.

/** From and to, in UTF-16 units; `to` is not included. */
export type Stretch = readonly [from: number, to: number];

interface Words {
  /** Folded; they stand one after the other. */
  tokens: readonly string[];
  /** The last one may be a beginning. */
  open: boolean;
}

/** A search text taken apart. */
export interface Terms {
  words: readonly Words[];
  /** To be found as they are, but for the case of a to z. */
  literals: readonly string[];
}

export const NOTHING: Terms = { words: [], literals: [] };

const LONGEST = 300;
const MOST = 20;
/** Letters, numbers and private use, with the marks that are combined with them. */
const TOKEN = /[\p{L}\p{N}\p{Co}\u0300-\u0331]+/gu;
/** Scripts without blanks between words: there any stretch of letters may be meant. */
const UNSPACED =
  /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\u{20000}-\u{3ffff}]/u;

/** `search` as typed: words, "phrases", and the last word perhaps not to its end. */
export function termsOf(search: string): Terms {
  const words: Words[] = [];
  const literals: string[] = [];
  const terms = termList(search);
  for (const [at, { text, quoted }] of terms.entries()) {
    if (UNSPACED.test(text) || !/[\p{L}\p{N}]/u.test(text)) {
      literals.push(lowered(text));
      continue;
    }
    const tokens = tokensOf(text).map((token) => token.folded);
    const open = at === terms.length - 1 && !quoted && [...text].length >= 2;
    if (tokens.length > 0) words.push({ tokens, open });
  }
  return { words, literals };
}

function termList(search: string): { text: string; quoted: boolean }[] {
  const text = [...search]
    .slice(0, LONGEST)
    .join("")
    .replace(/\p{Cc}/gu, " ");
  const terms = text.split('"').flatMap((piece, at) =>
    // Every second piece stood behind an opening quote.
    at % 2 === 1
      ? [{ text: piece.trim(), quoted: true }]
      : piece.split(/\s+/u).map((word) => ({ text: word, quoted: false })),
  );
  return terms.filter((term) => term.text !== "").slice(0, MOST);
}

/** Where the terms stand, in order; stretches that touch or overlap are one. */
export function hitsIn(text: string, terms: Terms): Stretch[] {
  if (terms.words.length === 0 && terms.literals.length === 0) return [];
  const found: Stretch[] = terms.literals.flatMap((literal) => occurrences(text, literal));
  if (terms.words.length > 0) {
    const tokens = tokensOf(text);
    for (const words of terms.words) found.push(...phrases(tokens, words));
  }
  return united(found);
}

/** Whether any of the terms stands in it. */
export function mentions(text: string, terms: Terms): boolean {
  return hitsIn(text, terms).length > 0;
}

interface Token {
  folded: string;
  from: number;
  to: number;
}

function tokensOf(text: string): Token[] {
  return [...text.matchAll(TOKEN)].map(({ 0: token, index }) => ({
    folded: folded(token),
    from: index,
    to: index + token.length,
  }));
}

function phrases(tokens: readonly Token[], { tokens: wanted, open }: Words): Stretch[] {
  const found: Stretch[] = [];
  const last = wanted.length - 1;
  const fits = (token: Token | undefined, i: number) => {
    const word = wanted[i] ?? "";
    return open && i === last ? token?.folded.startsWith(word) : token?.folded === word;
  };
  for (let at = 0; at + last < tokens.length; at++) {
    if (!wanted.every((_, i) => fits(tokens[at + i], i))) continue;
    const [first, end] = [tokens[at], tokens[at + last]];
    if (first && end) found.push([first.from, end.to]);
  }
  return found;
}

/** Where `wanted`, in lower case, stands in a text. */
export function occurrences(text: string, wanted: string): Stretch[] {
  const found: Stretch[] = [];
  if (wanted === "") return found;
  const all = lowered(text);
  for (let at = all.indexOf(wanted); at >= 0; at = all.indexOf(wanted, at + wanted.length)) {
    found.push([at, at + wanted.length]);
  }
  return found;
}

function united(stretches: Stretch[]): Stretch[] {
  const all: [number, number][] = [];
  for (const [from, to] of stretches.sort((a, b) => a[0] - b[0])) {
    const last = all.at(-1);
    if (last && from < last[1]) last[1] = Math.max(last[1], to);
    else all.push([from, to]);
  }
  return all;
}

/** Of a to z only: no letter changes its length. */
function lowered(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Without case; accents go from Latin letters, as in the index. */
function folded(token: string): string {
  const lower = token.toLowerCase().replace(/ς/g, "σ").normalize("NFC");
  return lower
    .replace(/[^\0-\x7f]/gu, (letter) => {
      const [base = "", ...marks] = letter.normalize("NFD");
      return marks.length > 0 && /[a-z]/.test(base) ? base : letter;
    })
    .replace(/[\u0300-\u0331]/g, "");
}
