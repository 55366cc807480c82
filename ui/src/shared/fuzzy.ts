// Finds typed words in a name, also when letters are left out: `rfnd 32` is in `refund-check 3.2`. Says
// how well, and which letters they are.

export interface Match {
  /** Above 0; more is better. */
  score: number;
  /** The letters that were typed, as places in the text. */
  at: ReadonlySet<number>;
}

interface Hit {
  score: number;
  places: number[];
}

/** `null` where one of the words is not in it. Nothing typed is in everything. */
export function match(text: string, typed: string): Match | null {
  const folded = fold(text);
  const words = fold(typed).split(/\s+/u).filter(Boolean);
  const at = new Set<number>();
  let score = 0;
  for (const word of words) {
    const hit = whole(folded, word) ?? scattered(folded, word);
    if (hit === null) return null;
    score += hit.score;
    hit.places.forEach((place) => at.add(place));
  }
  // Of two that match alike, the shorter one is closer to what was typed.
  return { score: (words.length === 0 ? 1 : score / words.length) - text.length / 10_000, at };
}

function fold(text: string): string {
  const lower = text.toLowerCase().replaceAll("’", "'");
  // A few letters grow in lower case; places would no longer fit.
  return lower.length === text.length ? lower : text;
}

const begins = (text: string, at: number) => at === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(at - 1));

function whole(text: string, word: string): Hit | null {
  let found = -1;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (found < 0 || begins(text, at)) found = at;
    if (begins(text, at)) break;
  }
  if (found < 0) return null;
  const places = Array.from({ length: word.length }, (_, i) => found + i);
  return { score: found === 0 ? 4 : begins(text, found) ? 3 : 2, places };
}

/** The letters in order, the first one at the start of a word, not too far apart. */
function scattered(text: string, word: string): Hit | null {
  let best: Hit | null = null;
  for (let start = 0; start < text.length; start++) {
    if (text[start] !== word[0] || !begins(text, start)) continue;
    const places = [start];
    for (const letter of word.slice(1)) {
      const next = text.indexOf(letter, (places.at(-1) ?? 0) + 1);
      if (next >= 0) places.push(next);
    }
    const span = (places.at(-1) ?? 0) - start + 1;
    const dense = word.length / span;
    if (places.length < word.length || dense < 0.3) continue;
    if (best === null || dense > best.score) best = { score: dense, places };
  }
  return best;
}
