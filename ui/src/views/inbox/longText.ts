// Where a very long text is cut for a first look.

const LETTERS = 700;
const LINES = 14;

/** The beginning to show first, cut between words; `null` where the whole is short enough. */
export function beginning(text: string): string | null {
  const lines = text.split("\n");
  const head = lines.length > LINES + 4 ? lines.slice(0, LINES).join("\n") : text;
  if (head.length <= LETTERS + 200) return head.length < text.length ? head : null;
  const blank = head.lastIndexOf(" ", LETTERS);
  const cut = head.slice(0, blank > LETTERS / 2 ? blank : LETTERS);
  // Never between the two halves of a surrogate pair.
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}
