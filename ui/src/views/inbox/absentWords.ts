// Why a run cannot be shown, and what can be done about it.

import type { RunStateView } from "../../backend/bindings";
import { sentenceTime } from "../../shared/format";

export interface AbsentWords {
  title: string;
  text: string;
  /** What asking the server is called; `null` where it cannot help. */
  way: string | null;
}

export function absentWords(
  state: Exclude<RunStateView, { state: "present" }>,
  now: number,
  reachable: boolean,
  noKey: boolean,
): AbsentWords {
  if (state.state === "missing") {
    return {
      title: "The server does not have this run.",
      text: `Asked ${sentenceTime(state.tried_at_ms, now)}. It may have been deleted, or it was too old to be kept. The comment is complete.`,
      way: "Ask again",
    };
  }
  const title = "This run is not on this machine.";
  const why =
    state.state === "not_kept"
      ? "It was left out to keep within the limit for offline reading."
      : noKey
        ? "It was not fetched before the key went missing."
        : "It has not been fetched yet.";
  if (state.state === "not_kept" && state.gone_at_ms !== null) {
    const asked = `The server does not have it any more, asked ${sentenceTime(state.gone_at_ms, now)}.`;
    return { title, text: `${why} ${asked} The comment is complete.`, way: "Ask again" };
  }
  const then = reachable
    ? ""
    : noKey
      ? " It can be fetched once the key is here."
      : " It can be fetched once the server is reachable again.";
  return { title, text: `${why}${then} The comment is complete.`, way: "Fetch now" };
}
