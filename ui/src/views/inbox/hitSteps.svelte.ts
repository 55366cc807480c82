// From one marked word to the next, in the order in which they are on the screen. What is marked is the
// texts' own matter; this finds it where it stands.

export class HitSteps {
  count = $state(0);
  /** -1: at none yet. */
  at = $state(-1);

  private root: Element | null = null;
  private current: Element | null = null;

  /** Watches what is marked below `root`; returns the way to stop. */
  watch(root: Element): () => void {
    this.root = root;
    const seen = new MutationObserver(() => this.read());
    seen.observe(root, { childList: true, subtree: true, characterData: true });
    this.read();
    return () => {
      seen.disconnect();
      this.root = null;
      this.take([]);
    };
  }

  /** Goes on, and around at the ends; `false` where nothing is marked. */
  step(by: 1 | -1): boolean {
    const marks = this.marks();
    this.take(marks);
    if (marks.length === 0) return false;
    const next = this.at < 0 && by < 0 ? marks.length - 1 : this.at + by;
    this.at = (next + marks.length) % marks.length;
    this.current?.classList.remove("at");
    this.current = marks[this.at] ?? null;
    this.current?.classList.add("at");
    this.current?.scrollIntoView({ block: "center" });
    return true;
  }

  private read(): void {
    this.take(this.marks());
  }

  private take(marks: readonly Element[]): void {
    this.count = marks.length;
    // Where one is stays, also when a text before it unfolds.
    const at = this.current ? marks.indexOf(this.current) : -1;
    if (at < 0) this.current = null;
    this.at = at;
  }

  private marks(): Element[] {
    return [...(this.root?.querySelectorAll("mark[data-hit]") ?? [])];
  }
}
