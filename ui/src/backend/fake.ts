// A core in memory, for tests and for `npm run dev` in a plain browser. Small, but it keeps the
// same rules as the real one: newest first, pages by cursor, errors as `ErrorView`.
// Never part of the built window.

import type { Backend, Request, Response } from "./backend";
import type { Commands, ErrorView, Event } from "./bindings";
import { connectionCommands } from "./fake/connections";
import { decisionCommands } from "./fake/decisions";
import { feedbackCommands } from "./fake/feedback";
import { instructionsCommands } from "./fake/instructions";
import { keysCommands } from "./fake/keys";
import { offlineCommands } from "./fake/offline";
import { pinCommands } from "./fake/pins";
import { queryCommands } from "./fake/query";
import { trendsCommands } from "./fake/trends";
import { usersCommands } from "./fake/users";
import { makeWorld, type World } from "./fake/world";

export type Handlers = {
  [N in keyof Commands]: (request: Request<N>) => Response<N> | Promise<Response<N>>;
};

export interface Fake extends Backend {
  world: World;
  emit(event: Event): void;
  /** Every later call of this command fails so; `null` heals it. */
  fail(name: keyof Commands, error: ErrorView | null): void;
  /** Names of the commands called so far. */
  calls: (keyof Commands)[];
  /** How large it is drawn. */
  zoomed: number;
}

/** `now` is the time the data is relative to, in UTC milliseconds. */
export function makeFake(now: number, overrides: Partial<World> = {}): Fake {
  const world: World = { ...makeWorld(now), ...overrides };
  const listeners = new Set<(event: Event) => void>();
  const failures = new Map<keyof Commands, ErrorView>();
  const calls: (keyof Commands)[] = [];
  const emit = (event: Event) => listeners.forEach((listener) => listener(event));
  const feedback = feedbackCommands(world);
  const handlers: Handlers = {
    ...connectionCommands(world, emit),
    ...decisionCommands(world, emit),
    ...feedback,
    ...instructionsCommands(world),
    ...keysCommands(world),
    ...offlineCommands(world, feedback.get_feedback),
    ...pinCommands(world),
    ...queryCommands(world, feedback.count_feedback, () => emit({ type: "data", connection: 1 })),
    ...trendsCommands(world),
    ...usersCommands(world),
  };
  return {
    world,
    emit,
    calls,
    zoomed: 1,
    fail(name, error) {
      if (error) failures.set(name, error);
      else failures.delete(name);
    },
    async rpc(name, request) {
      calls.push(name);
      await Promise.resolve();
      const failure = failures.get(name);
      if (failure) throw failure;
      return handlers[name](request as never) as never;
    },
    async listen(handler) {
      listeners.add(handler);
      return () => listeners.delete(handler);
    },
    async zoom(factor) {
      this.zoomed = factor;
    },
  };
}
