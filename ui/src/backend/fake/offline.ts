// What is kept offline, in the fake core, and one run that is fetched because a person opened it.

import type { Handlers } from "../fake";
import type { OfflineView } from "../bindings";
import { makeRun } from "./runs";
import type { World } from "./world";

type Names = "get_offline" | "set_offline_limit" | "fetch_run";

const GB = 1_000_000_000;
const RUN_BYTES = 300_000;

export function offlineCommands(
  world: World,
  show: Handlers["get_feedback"],
): Pick<Handlers, Names> {
  let limit: number | null = 2 * GB;

  function view(): OfflineView {
    let room = limit ?? Infinity;
    const of = (belongs: (row: (typeof world.rows)[number]) => boolean) => {
      const all = world.rows.filter((row) => row.run_state !== "missing" && belongs(row)).length;
      const kept = Math.min(all, Math.floor(room / RUN_BYTES));
      room -= kept * RUN_BYTES;
      return { kept, wanted: all - kept };
    };
    const negative = of((row) => row.outcome === "negative");
    const commented = of((row) => row.outcome === "positive" && row.comment !== null);
    const rest = of((row) => row.outcome === "positive" && row.comment === null);
    const kept = negative.kept + commented.kept + rest.kept;
    return {
      limit_bytes: limit,
      choices_bytes: [0.2, 0.5, 1, 2, 5, 10].map((gb) => gb * GB),
      kept_bytes: kept * RUN_BYTES,
      json_bytes: kept * RUN_BYTES * 8,
      negative,
      commented,
      rest,
      is_full: negative.wanted + commented.wanted + rest.wanted > 0,
      files_bytes: 1_300_000,
    };
  }

  return {
    get_offline: view,
    set_offline_limit: ({ limit_bytes }) => {
      limit = limit_bytes;
      return view();
    },
    fetch_run: async ({ connection, feedback }) => {
      const at = world.rows.findIndex((row) => row.id === feedback);
      const row = world.rows[at];
      if (!row) throw world.notFound("This feedback is gone.");
      if (row.run_state === "waiting") world.rows[at] = { ...row, run_state: "success" };
      world.runs.set(row.run, makeRun(world.rows[at] ?? row, world.now));
      return show({ connection, id: feedback });
    },
  };
}
