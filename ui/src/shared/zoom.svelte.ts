// How large everything is drawn, as a browser zooms a page: kept across starts.

type Keep = Pick<Storage, "getItem" | "setItem">;

/** In parts of the size the window is designed for; the steps of browsers. */
const STEPS: readonly number[] = [0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3];
const KEY = "zoom";

export class Zoom {
  factor = $state(1);
  /** As one reads it: `125 %`. */
  readonly told = $derived(`${Math.round(this.factor * 100)} %`);
  readonly smallest = $derived(this.factor === STEPS[0]);
  readonly largest = $derived(this.factor === STEPS.at(-1));

  constructor(
    private readonly apply: (factor: number) => Promise<void>,
    private readonly storage: Keep | null,
  ) {
    const kept = Number(storage?.getItem(KEY));
    if (STEPS.includes(kept)) this.factor = kept;
  }

  /** To be called once there is a window; what comes behind it is drawn in the right size at once. */
  async start(): Promise<void> {
    if (this.factor !== 1) await this.draw();
  }

  larger(): void {
    this.set(STEPS.find((step) => step > this.factor));
  }

  smaller(): void {
    this.set(STEPS.findLast((step) => step < this.factor));
  }

  reset(): void {
    this.set(1);
  }

  private set(factor: number | undefined): void {
    if (factor === undefined || factor === this.factor) return;
    this.factor = factor;
    this.storage?.setItem(KEY, String(factor));
    void this.draw();
  }

  private async draw(): Promise<void> {
    // A window that cannot zoom stays as it is: what one sees says so.
    await this.apply(this.factor).catch(() => undefined);
  }
}
