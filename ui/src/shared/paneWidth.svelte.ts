// The width of one pane in pixels, kept across starts. Storage is passed in, so that tests and a
// window without storage work the same.

type Keep = Pick<Storage, "getItem" | "setItem">;

export class PaneWidth {
  px = $state(0);

  constructor(
    private readonly name: string,
    private readonly start: number,
    readonly min: number,
    readonly max: number,
    private readonly storage: Keep | null,
  ) {
    const kept = Number(storage?.getItem(this.key) ?? Number.NaN);
    this.px = Number.isFinite(kept) && kept > 0 ? this.clamp(kept) : start;
  }

  set(px: number): void {
    this.px = this.clamp(Math.round(px));
  }

  reset(): void {
    this.px = this.start;
  }

  keep(): void {
    this.storage?.setItem(this.key, String(this.px));
  }

  private get key(): string {
    return `width.${this.name}`;
  }

  private clamp(px: number): number {
    return Math.min(this.max, Math.max(this.min, px));
  }
}
