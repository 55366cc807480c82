// How much of a very long text is shown: its beginning first, then all of it, and of what would
// hold up the window a stretch at a time.

const LETTERS = 700;
const LINES = 14;
/** What is laid out at once when one asks for more. */
export const STRETCH = 20_000;

/** The beginning to show first, cut between words; `null` where the whole is short enough. */
export function beginning(text: string): string | null {
  const lines = text.slice(0, LETTERS * 4).split("\n");
  const head = lines.length > LINES + 4 ? lines.slice(0, LINES).join("\n") : text;
  if (head.length <= LETTERS + 200) return head.length < text.length ? head : null;
  return cutAt(head, LETTERS);
}

/** The first `length` letters or somewhat less: cut at a blank, never inside a letter. */
export function cutAt(text: string, length: number): string {
  if (text.length <= length) return text;
  const blank = text.lastIndexOf(" ", length);
  return text.slice(0, blank > length - 350 ? blank : letterBefore(text, length));
}

/** Where the letter at `at` begins: emoji of many parts are one. */
function letterBefore(text: string, at: number): number {
  const from = Math.max(0, at - 64);
  const near = text.slice(from, at + 64);
  const letter = new Intl.Segmenter().segment(near).containing(at - from);
  return letter ? from + letter.index : at;
}
