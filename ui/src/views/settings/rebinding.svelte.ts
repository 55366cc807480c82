// One command's keys while they are being changed: which of them waits for a press, and why the last
// press could not be taken. What may be taken is said by `Keys`, and kept by the core.

import { asError } from "../../backend/backend";
import type { ErrorView } from "../../backend/bindings";
import type { Command } from "../../shared/keys";
import type { Keys } from "../../shared/keys.svelte";
import { FIRST, strokeOf, type Press, type Stroke } from "../../shared/strokes";

export class Rebinding {
  /** The place that waits for a press; one past the last adds a key. */
  at = $state<number | null>(null);
  /** `G` was pressed, another key belongs to it. */
  afterFirst = $state(false);
  /** Why the last press was not taken. */
  refused = $state<string | null>(null);
  error = $state.raw<ErrorView | null>(null);

  constructor(
    private readonly keys: Keys,
    private readonly command: Command,
  ) {}

  start(at: number): void {
    this.stop();
    this.at = at;
  }

  stop(): void {
    this.at = null;
    this.afterFirst = false;
    this.refused = null;
  }

  /** Whether the press was for the key that waits; Tab goes on to the next control. */
  press(press: Press): boolean {
    if (this.at === null || press.key === "Tab") return false;
    if (press.repeat) return true;
    if (press.key === "Escape") this.stop();
    else this.take(press, this.at);
    return true;
  }

  async remove(at: number): Promise<void> {
    this.stop();
    await this.save(this.keys.of(this.command).filter((_, i) => i !== at));
  }

  async reset(): Promise<void> {
    this.stop();
    this.refused = this.keys.refusalToReset(this.command);
    if (this.refused === null) await this.save(null);
  }

  private take(press: Press, at: number): void {
    if (isSystems(press)) {
      this.refused = "Keys with Alt are the system’s.";
      return;
    }
    const stroke = strokeOf(press);
    if (stroke === null) return;
    if (!this.afterFirst && stroke === FIRST) {
      this.afterFirst = true;
      this.refused = null;
      return;
    }
    this.refused = this.why(stroke);
    const whole = this.afterFirst ? `${FIRST} ${stroke}` : stroke;
    this.afterFirst = false;
    if (this.refused !== null) return;
    this.stop();
    const strokes = [...this.keys.of(this.command)];
    if (strokes.includes(whole)) return;
    strokes[at] = whole;
    void this.save(strokes);
  }

  private why(stroke: Stroke): string | null {
    if (!this.afterFirst) return this.keys.refusal(this.command, stroke);
    if ([...stroke].length > 1) return "After G comes one letter, number or sign.";
    return this.keys.refusal(this.command, `${FIRST} ${stroke}`);
  }

  private async save(strokes: readonly Stroke[] | null): Promise<void> {
    try {
      await this.keys.set(this.command, strokes);
      this.error = null;
    } catch (thrown) {
      this.error = asError(thrown);
    }
  }
}

/** Alt and the system's key are not ours, but AltGr types signs. */
function isSystems(press: Press): boolean {
  if (["Alt", "Meta"].includes(press.key)) return false;
  return press.metaKey || (press.altKey && !press.getModifierState("AltGraph"));
}
