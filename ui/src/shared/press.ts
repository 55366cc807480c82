// A key press for tests: a plain key unless more is said.

import type { Press } from "./strokes";

export function press(key: string, part: Partial<Press> & { altGr?: boolean } = {}): Press {
  const { altGr = false, ...rest } = part;
  return {
    key,
    code: "",
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    isComposing: false,
    repeat: false,
    getModifierState: () => altGr,
    ...rest,
  };
}
