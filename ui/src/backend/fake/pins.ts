// Pins in the fake core: what is removed stays and can be put back.

import type { PinView } from "../bindings";
import type { Handlers } from "../fake";
import type { World } from "./world";

type Names = "add_pin" | "edit_pin" | "remove_pin" | "restore_pin";

export interface KeptPin extends PinView {
  feedback: string;
  removed: boolean;
}

export function pinCommands(world: World): Pick<Handlers, Names> {
  /** What is stuck to a feedback, counted in its row. */
  const pinned = (feedback: string) => {
    const pins = pinsOf(world, feedback);
    const row = world.rows.find((one) => one.id === feedback);
    if (row) row.pins = pins.length;
    return pins;
  };
  const find = (id: number, removed: boolean) => {
    const pin = world.pins.find((one) => one.id === id && one.removed === removed);
    if (!pin) throw world.notFound("This pin is not in the cache.");
    return pin;
  };
  return {
    add_pin: ({ feedback, place, pointer, start, end, quote, note }) => {
      world.pins.push({
        id: world.pins.length + 1,
        feedback,
        place,
        pointer,
        start: start ?? null,
        end: end ?? null,
        quote,
        note: note?.trim() || null,
        at_ms: world.now,
        who: "ines",
        removed: false,
      });
      return pinned(feedback);
    },
    edit_pin: ({ feedback, pin, note }) => {
      const old = find(pin, false);
      const at = world.pins.indexOf(old);
      const next = { ...old, id: world.pins.length + 1, note: note?.trim() || null };
      old.removed = true;
      world.pins.splice(at, 0, next);
      return pinned(feedback);
    },
    remove_pin: ({ feedback, pin }) => {
      find(pin, false).removed = true;
      return pinned(feedback);
    },
    restore_pin: ({ feedback, pin }) => {
      find(pin, true).removed = false;
      return pinned(feedback);
    },
  };
}

/** Those of a feedback that are shown. */
export function pinsOf(world: World, feedback: string): PinView[] {
  return world.pins
    .filter((pin) => pin.feedback === feedback && !pin.removed)
    .map(({ feedback: _feedback, removed: _removed, ...pin }) => pin);
}
