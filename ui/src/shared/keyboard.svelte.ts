// Hands each command to the innermost screen that knows it. Screens register what they can do while
// they are shown; the last one registered is asked first.

import { floats, isField, KeyReader, type Command } from "./keys";

/** Does the command; `false` passes it on to the one below. */
export type Handlers = Partial<Record<Command, () => void | boolean>>;

export class Keyboard {
  private readonly reader = new KeyReader();
  private layers: Handlers[] = [];

  /** Returns the way back: call it when the screen goes (as an `$effect` does by itself). */
  handle(handlers: Handlers): () => void {
    this.layers.push(handlers);
    return () => {
      this.layers = this.layers.filter((layer) => layer !== handlers);
    };
  }

  press(event: KeyboardEvent): void {
    if (event.defaultPrevented) return;
    const root = document;
    if (floats(root)) return;
    const typing = isField(root.activeElement);
    const command = this.reader.read(event, typing);
    if (command === null) return;
    if (typing && root.activeElement instanceof HTMLElement) {
      root.activeElement.blur();
      event.preventDefault();
      return;
    }
    if (this.run(command)) event.preventDefault();
  }

  run(command: Command): boolean {
    for (let i = this.layers.length - 1; i >= 0; i--) {
      const handler = this.layers[i]?.[command];
      if (handler && handler() !== false) return true;
    }
    return false;
  }
}
