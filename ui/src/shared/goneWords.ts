// What is said of a feedback that the server lists no more. It stays here, decisions included.

import { sentenceTime } from "./format";

/** `No longer listed on the server since 12 Nov.` */
export function goneWords(atMs: number, now: number): string {
  return `No longer listed on the server since ${sentenceTime(atMs, now)}.`;
}
