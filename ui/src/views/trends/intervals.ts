// One scale for the small intervals of a table, so that they can be compared by eye.

import type { RateView } from "../../backend/bindings";

/** Fewer votes than this are hollow; the core's own limit, which its points carry as `few`. */
export const FEW = 10;

/** In percent, both ends at tens, the smallest stretch that holds every interval. */
export interface SharedScale {
  low: number;
  high: number;
}

export function sharedScale(rates: (RateView | null)[]): SharedScale {
  const known = rates.filter((rate): rate is RateView => rate !== null);
  if (known.length === 0) return { low: 0, high: 100 };
  const low = Math.min(...known.map((rate) => rate.low)) * 100;
  const high = Math.max(...known.map((rate) => rate.high)) * 100;
  return { low: Math.floor(low / 10 + 1e-9) * 10, high: Math.ceil(high / 10 - 1e-9) * 10 };
}

/** A share in 0..=1 as a place in 0..=width. */
export function place(share: number, shared: SharedScale, width: number): number {
  const span = Math.max(1, shared.high - shared.low);
  return ((share * 100 - shared.low) / span) * width;
}
