// What every screen may use, handed down once by the shell.

import { getContext, setContext } from "svelte";
import type { Backend } from "../backend/backend";
import type { Clock } from "./clock.svelte";
import type { Keyboard } from "./keyboard.svelte";
import type { Keys } from "./keys.svelte";
import type { Router } from "./router.svelte";
import type { Session } from "./session.svelte";
import type { Zoom } from "./zoom.svelte";

export interface Desk {
  backend: Backend;
  session: Session;
  router: Router;
  keyboard: Keyboard;
  keys: Keys;
  clock: Clock;
  zoom: Zoom;
}

const key = Symbol("desk");

export function provideDesk(desk: Desk): Desk {
  return setContext(key, desk);
}

export function useDesk(): Desk {
  return getContext<Desk>(key);
}

/** The keys; `undefined` where a component stands alone. */
export function useKeys(): Keys | undefined {
  return getContext<Desk | undefined>(key)?.keys;
}

/** For a component that is mounted by itself, as in a test. */
export function deskContext(desk: Desk): Map<symbol, Desk> {
  return new Map([[key, desk]]);
}
