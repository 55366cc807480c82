// Changed keys in the fake core: kept as they come.

import type { Handlers } from "../fake";
import type { World } from "./world";

export function keysCommands(world: World): Pick<Handlers, "get_keys" | "set_keys"> {
  return {
    get_keys: () => ({ keys: world.keys }),
    set_keys: ({ keys: changes }) => {
      const merged = Object.entries({ ...world.keys, ...changes });
      world.keys = Object.fromEntries(
        merged.flatMap(([command, strokes]) => (strokes ? [[command, strokes]] : [])),
      );
      return { keys: world.keys };
    },
  };
}
