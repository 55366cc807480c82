// Decisions in the fake core: the log of events, with the real rule of what they come to.

import type { Handlers } from "../fake";
import type { DecisionView, DecisionsView, Event } from "../bindings";
import type { World } from "./world";

type Names =
  | "decide"
  | "undo_decision"
  | "list_decisions"
  | "dismiss_push_notice"
  | "set_user_token"
  | "clear_user_token";

/** A connection of which nothing was decided yet. */
export const NO_DECISIONS: DecisionsView = {
  waiting: 0,
  sent: 0,
  kept_here: 0,
  push: "unknown",
  user_token: false,
  notice: null,
};

export function decisionCommands(
  world: World,
  emit: (event: Event) => void,
): Pick<Handlers, Names> {
  const log = world.decisions;

  /** An event is void if a later one, itself not void, undoes it: newest first, that is known. */
  const settle = () => {
    const undone = new Set<number>();
    const decided = new Set<string>();
    for (const event of [...log].reverse()) {
      event.holds = !undone.has(event.id);
      event.is_current = event.holds && event.act !== "undo" && !decided.has(event.feedback);
      if (event.is_current) decided.add(event.feedback);
      if (event.holds && event.undoes !== null) undone.add(event.undoes);
    }
    world.rows = world.rows.map((row) => {
      const current = log.find((event) => event.feedback === row.id && event.is_current);
      const decision =
        current && current.act !== "undo" && current.act !== "unknown" ? current.act : null;
      return { ...row, decision };
    });
  };
  const add = (connection: number, events: Partial<DecisionView>[]) => {
    const step = log.length + 1;
    const added = events.map((event, i): DecisionView => ({
      id: step + i,
      step,
      feedback: "",
      act: "undo",
      undoes: null,
      note: null,
      at_ms: world.now,
      who: "ines",
      holds: true,
      is_current: false,
      push: null,
      ...event,
    }));
    log.push(...added);
    settle();
    emit({ type: "data", connection });
    change(connection, { waiting: log.filter((event) => event.is_current).length });
    return { step, events: added.map((e) => e.id), feedback: added.map((e) => e.feedback) };
  };
  const change = (id: number, part: Partial<DecisionsView>) => {
    const connections = world.state.connections.map((c) =>
      c.id === id ? { ...c, decisions: { ...c.decisions, ...part } } : c,
    );
    world.state = { ...world.state, connections };
    const decisions = connections.find((c) => c.id === id)?.decisions;
    if (decisions) emit({ type: "decisions", connection: id, decisions });
    return null;
  };

  return {
    decide: ({ connection, feedback, kind, note }) => {
      const text = "Waits to be sent.";
      const push = { state: "waiting", text, sent_at_ms: null } as const;
      const events = [...new Set(feedback)].map((id) => ({
        feedback: id,
        act: kind,
        note: note ?? null,
        push,
      }));
      return add(connection, events);
    },
    undo_decision: ({ connection, step, event }) => {
      const newest = log.findLast((e) => e.is_current)?.step;
      const targets = log.filter(
        (e) => e.holds && (event === undefined ? e.step === (step ?? newest) : e.id === event),
      );
      if (targets.length === 0) return null;
      const undos = targets.map((e) => ({ feedback: e.feedback, undoes: e.id }));
      return add(connection, undos);
    },
    list_decisions: ({ feedback, before, limit }) =>
      feedback === undefined
        ? log
            .filter((e) => before === undefined || e.id < before)
            .reverse()
            .slice(0, limit ?? 50)
        : log.filter((e) => e.feedback === feedback),
    dismiss_push_notice: ({ connection }) => change(connection, { notice: null }),
    set_user_token: ({ connection, token }) => {
      if (token.startsWith("wai-")) {
        throw world.badInput(
          "This is an API key; decisions need a signed-in user’s token.",
          "Sign in to the server’s web app and take the token of that session.",
        );
      }
      return change(connection, { user_token: true, push: "unknown", notice: null });
    },
    clear_user_token: ({ connection }) =>
      change(connection, { user_token: false, push: "unknown", notice: null }),
  };
}
