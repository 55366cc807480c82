// The one boundary between the window and the core. Screens know this interface alone; the real
// one is in tauri.ts, the one for tests and a plain browser in fake.ts.

import type { Commands, ErrorView, Event } from "./bindings";

export type Request<N extends keyof Commands> = Commands[N]["request"];
export type Response<N extends keyof Commands> = Commands[N]["response"];

export interface Backend {
  /** Rejects with an `ErrorView`. */
  rpc<N extends keyof Commands>(name: N, request: Request<N>): Promise<Response<N>>;
  /** Calls `handler` for every event of the core; resolves to the way to stop. */
  listen(handler: (event: Event) => void): Promise<() => void>;
  /** Draws everything larger or smaller, as browsers zoom; 1 is as designed. */
  zoom(factor: number): Promise<void>;
}

/** What was thrown, as something to show. Anything but an `ErrorView` is a fault of ours. */
export function asError(thrown: unknown): ErrorView {
  if (typeof thrown === "object" && thrown !== null && "code" in thrown && "title" in thrown) {
    return thrown as ErrorView;
  }
  return {
    code: "other",
    title: "This did not work.",
    meaning: "Nothing was changed.",
    action: "Try again.",
    detail: thrown instanceof Error ? thrown.message : String(thrown),
    retry: true,
  };
}
