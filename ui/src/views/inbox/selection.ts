// What is selected on the screen, as a stretch of a text that can be pinned.

import type { Stretch } from "./hits";
import type { Place } from "./reading.svelte";

export interface Selected {
  at: Place;
  quote: string;
  /** In UTF-16 units of the text, as the text has them. */
  stretch: Stretch;
  /** Where it ends on the screen. */
  right: number;
  bottom: number;
}

/** `null` where nothing is selected, or more than one text, or one that cannot be pinned. */
export function selectedStretch(selection: Selection | null): Selected | null {
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  const root = textAround(range.startContainer);
  if (!root || root !== textAround(range.endContainer)) return null;
  const before = document.createRange();
  before.selectNodeContents(root);
  before.setEnd(range.startContainer, range.startOffset);
  const whole = range.toString();
  const quote = whole.trim();
  if (quote === "") return null;
  const from = before.toString().length + whole.indexOf(quote);
  const { pinPlace = "", pinPointer = "" } = root.dataset;
  const { right, bottom } = lastBox(range);
  return {
    at: { place: pinPlace, pointer: pinPointer },
    quote,
    stretch: [from, from + quote.length],
    right,
    bottom,
  };
}

function textAround(node: Node): HTMLElement | null {
  const element = node instanceof Element ? node : node.parentElement;
  return element?.closest<HTMLElement>("[data-pin-place]") ?? null;
}

function lastBox(range: Range): { right: number; bottom: number } {
  const boxes = [...range.getClientRects()];
  return boxes.at(-1) ?? range.getBoundingClientRect();
}
