// When to do something that many things ask for: at once, or, after `wait`, when it has been quiet for
// a while. Asking many times meanwhile counts once.

export class Pace {
  private until = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly run: () => void,
    private readonly quietMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Something is going on: not before it has been quiet. */
  wait(): void {
    this.until = this.now() + this.quietMs;
  }

  ask(): void {
    const left = this.until - this.now();
    clearTimeout(this.timer);
    if (left <= 0) this.run();
    else this.timer = setTimeout(() => this.ask(), left);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
