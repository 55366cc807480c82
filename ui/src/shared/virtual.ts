// The arithmetic of a virtual list: where each item starts, and which ones meet the viewport.
// Heights are known before anything is drawn; nothing is measured.

/** `result[i]` is the top of item `i` in pixels, `result[n]` the height of all. */
export function offsetsOf(heights: readonly number[]): number[] {
  const offsets = new Array<number>(heights.length + 1);
  let top = 0;
  for (let i = 0; i < heights.length; i++) {
    offsets[i] = top;
    top += heights[i] ?? 0;
  }
  offsets[heights.length] = top;
  return offsets;
}

/** Index of the item that covers pixel `y`; the nearest one where `y` lies outside. */
export function itemAt(offsets: readonly number[], y: number): number {
  let low = 0;
  let high = Math.max(0, offsets.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

export interface Range {
  first: number;
  /** Not included. */
  end: number;
}

/** The items to draw: those in the viewport and `overscan` more on both sides. */
export function rangeOf(
  offsets: readonly number[],
  scrollTop: number,
  viewport: number,
  overscan = 6,
): Range {
  const count = offsets.length - 1;
  if (count <= 0) return { first: 0, end: 0 };
  const first = Math.max(0, itemAt(offsets, scrollTop) - overscan);
  const end = Math.min(count, itemAt(offsets, scrollTop + viewport) + 1 + overscan);
  return { first, end };
}

/** The scroll position that shows item `index` whole, moving as little as possible.
 * `above` is kept free over it, for a heading that would otherwise be cut off. */
export function reveal(
  offsets: readonly number[],
  index: number,
  scrollTop: number,
  viewport: number,
  above = 0,
): number {
  const top = (offsets[index] ?? 0) - above;
  const bottom = offsets[index + 1] ?? top;
  if (top < scrollTop) return Math.max(0, top);
  if (bottom > scrollTop + viewport) return bottom - viewport;
  return scrollTop;
}
