// The searched words in a text, to be marked where one reads it. The search itself is the core's;
// this finds the same letters, whatever their case.

export interface Marked {
  text: string;
  hit: boolean;
}

/** `search` as typed: words apart by blanks. */
export function marked(text: string, search: string): Marked[] {
  const words = search
    .split(/[\s"]+/u)
    .filter(Boolean)
    // The longest first, so that one word inside another does not cut it.
    .sort((a, b) => b.length - a.length)
    .map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/gu, "\\$&"));
  if (words.length === 0) return [{ text, hit: false }];
  return text
    .split(new RegExp(`(${words.join("|")})`, "iu"))
    .map((piece, i) => ({ text: piece, hit: i % 2 === 1 }))
    .filter((piece) => piece.text !== "");
}
