// Work that what one looks at does not need: behind the frame that shows what was changed now.

/** Does it once that frame has been drawn; answers how to leave it undone. */
export function afterFrame(work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  // A timer that an animation frame sets comes behind the drawing of that frame.
  const frame = requestAnimationFrame(() => (timer = setTimeout(work)));
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
