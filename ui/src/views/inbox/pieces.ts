// A text cut where something begins or ends that is painted over it: searched words, pinned stretches.

import type { PinView } from "../../backend/bindings";
import type { Stretch } from "./hits";

export interface Piece {
  text: string;
  /** A searched word. */
  hit: boolean;
  /** The pin it lies under. */
  pin: PinView | null;
}

/** The pieces of `text`, in order; together they are all of it. */
export function piecesOf(
  text: string,
  hits: readonly Stretch[],
  pins: readonly PinView[],
): Piece[] {
  const pinned = pins.flatMap((pin) =>
    pin.start === null || pin.end === null ? [] : [{ pin, from: pin.start, to: pin.end }],
  );
  if (hits.length === 0 && pinned.length === 0) return [{ text, hit: false, pin: null }];
  const cuts = new Set([0, text.length]);
  for (const [from, to] of hits) cuts.add(from).add(to);
  for (const { from, to } of pinned) cuts.add(from).add(to);
  const places = [...cuts].filter((at) => at >= 0 && at <= text.length).sort((a, b) => a - b);
  let next = 0;
  return places.slice(0, -1).map((from, i) => {
    while ((hits[next]?.[1] ?? Infinity) <= from) next++;
    const hit = hits[next];
    return {
      text: text.slice(from, places[i + 1]),
      hit: hit !== undefined && hit[0] <= from,
      pin: pinned.find((p) => p.from <= from && from < p.to)?.pin ?? null,
    };
  });
}
