// Reads key presses one after the other and says which command each one means; `G` waits for the next.

import { commandEntry, type Command } from "./keys";
import { FIRST, strokeOf, type Press, type Stroke } from "./strokes";

/** Where the focus is when a key goes down. */
export interface Where {
  /** In a field that takes text. */
  typing: boolean;
  /** A dialog or menu is open. */
  floating: boolean;
}

export class KeyReader {
  private afterFirst = false;

  constructor(private readonly commandOf: (stroke: Stroke) => Command | null) {}

  /** The command of this press, or `null`. */
  read(press: Press, { typing, floating }: Where): Command | null {
    const stroke = strokeOf(press);
    if (stroke === null) return null;
    const held = press.repeat && stroke === FIRST;
    const afterFirst = this.afterFirst;
    if (!held) this.afterFirst = false;
    if (typing && !floating && stroke === "Escape") return "close";
    if (stroke === FIRST && !afterFirst && !typing && !floating) {
      this.afterFirst = true;
      return null;
    }
    if (held) return null;
    const command = this.commandOf(afterFirst ? `${FIRST} ${stroke}` : stroke);
    if (command === null) return null;
    const { whileTyping, inDialogs, repeats } = commandEntry(command);
    if (typing && !whileTyping) return null;
    if (floating && !inDialogs) return null;
    return press.repeat && !repeats ? null : command;
  }
}
