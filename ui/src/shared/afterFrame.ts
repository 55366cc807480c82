// Work that what one looks at does not need: behind the frame that shows what was changed now.

/** A window that is not seen draws no frames. */
const UNSEEN_MS = 100;

/** Does it once that frame has been drawn; answers how to leave it undone. */
export function afterFrame(work: () => void): () => void {
  const leave = () => {
    cancelAnimationFrame(frame);
    clearTimeout(drawn);
    clearTimeout(unseen);
  };
  const now = () => {
    leave();
    work();
  };
  let drawn: ReturnType<typeof setTimeout> | undefined;
  // A timer that an animation frame sets comes behind the drawing of that frame.
  const frame = requestAnimationFrame(() => (drawn = setTimeout(now)));
  const unseen = setTimeout(now, UNSEEN_MS);
  return leave;
}

/** Resolves once that frame has been drawn. */
export function drawn(): Promise<void> {
  return new Promise((resolve) => void afterFrame(resolve));
}
