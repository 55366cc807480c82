// Hands each command to the innermost screen that knows it. Screens register what they can do while
// they are shown; the last one registered is asked first.

import { KeyReader } from "./keyReader";
import { commandEntry, type Command } from "./keys";
import type { Keys } from "./keys.svelte";

/** Does the command; `false` passes it on to the one below. */
export type Handlers = Partial<Record<Command, () => void | boolean>>;

export class Keyboard {
  private readonly reader: KeyReader;
  private layers: Handlers[] = [];
  /** The key whose press did something that a held key does not do again. */
  private held: string | null = null;

  constructor(keys: Pick<Keys, "commandOf">) {
    this.reader = new KeyReader((stroke) => keys.commandOf(stroke));
  }

  /** Returns the way back: call it when the screen goes (as an `$effect` does by itself). */
  handle(handlers: Handlers): () => void {
    this.layers.push(handlers);
    return () => {
      this.layers = this.layers.filter((layer) => layer !== handlers);
    };
  }

  press(event: KeyboardEvent): void {
    if (event.defaultPrevented) return;
    if (event.repeat && event.key === this.held) {
      // Held after it opened a field: the rest of it is no text for that field.
      event.preventDefault();
      return;
    }
    this.held = null;
    const typing = isField(document.activeElement) && !closes(document.activeElement);
    const floating = floats(document);
    const command = this.reader.read(event, { typing, floating });
    if (command === null) return;
    if (typing && command === "close" && document.activeElement instanceof HTMLElement) {
      document.activeElement.blur();
      event.preventDefault();
      return;
    }
    if (!this.run(command)) return;
    event.preventDefault();
    if (!commandEntry(command).repeats) this.held = event.key;
  }

  /** Whether a screen that is shown knows the command. */
  knows(command: Command): boolean {
    return this.layers.some((layer) => layer[command] !== undefined);
  }

  run(command: Command): boolean {
    for (let i = this.layers.length - 1; i >= 0; i--) {
      const handler = this.layers[i]?.[command];
      if (handler && handler() !== false) return true;
    }
    return false;
  }
}

/** Whether keys go into this element as text. */
export function isField(element: Element | null): boolean {
  if (!(element instanceof HTMLElement)) return false;
  if (element.isContentEditable || element instanceof HTMLTextAreaElement) return true;
  if (element instanceof HTMLSelectElement) return true;
  return (
    element instanceof HTMLInputElement &&
    !["button", "checkbox", "radio", "range", "submit"].includes(element.type)
  );
}

/** Whether a dialog or menu is open: then no key does anything below it. One that was closed stands there for some
 * frames more, and the next key is not for it. */
export function floats(root: ParentNode): boolean {
  const open = [...root.querySelectorAll('[role="dialog"], [role="alertdialog"], [role="menu"]')];
  return open.some((one) => !closes(one)) || root.querySelector('[data-floats="open"]') !== null;
}

/** Whether it is, or is in, what was closed already. */
function closes(element: Element | null): boolean {
  return element?.closest('[data-state="closed"]') != null;
}
