// Decisions in the fake core: the log of events, with the real rule of what they come to.

import type { Handlers } from "../fake";
import type {
  DecideWhat,
  DecisionKindView,
  DecisionView,
  DecisionsView,
  Event,
  SnoozeRequest,
  SnoozeView,
  StepView,
} from "../bindings";
import { alikeTo } from "./alike";
import { belongs, matches } from "./feedback";
import type { World } from "./world";

type Names =
  | "decide"
  | "set_note"
  | "undo_decision"
  | "redo_decision"
  | "list_decisions"
  | "list_reasons"
  | "set_reasons"
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

const KINDS: readonly string[] = ["resolved", "incorrect", "correct", "duplicate", "snoozed"];
const isKind = (act: string): act is DecisionKindView => KINDS.includes(act);
const WAITS = { state: "waiting", text: "Waits to be sent.", sent_at_ms: null } as const;
const KEPT = {
  state: "kept_here",
  text: "Kept here: the server has no word for it.",
  sent_at_ms: null,
} as const;

export function decisionCommands(
  world: World,
  emit: (event: Event) => void,
): Pick<Handlers, Names> {
  const log = world.decisions;

  /** An event is void if a later one, itself not void, undoes it: newest first, that is known. */
  const settle = () => {
    const undone = new Set<number>();
    const current = new Map<string, DecisionView>();
    const noted = new Set<string>();
    for (const event of [...log].reverse()) {
      event.holds = !undone.has(event.id);
      event.is_current = event.holds && isKind(event.act) && !current.has(event.feedback);
      if (event.is_current) current.set(event.feedback, event);
      if (event.holds && event.undoes !== null) undone.add(event.undoes);
      const stands = event.is_current || event.act === "note";
      if (event.holds && stands && event.note !== null) noted.add(event.feedback);
    }
    world.rows = world.rows.map((row) => {
      const event = current.get(row.id);
      return {
        ...row,
        decision: event && isKind(event.act) ? event.act : null,
        snoozed: event?.snooze ?? null,
        duplicate_of: event?.duplicate_of ?? null,
        note: noted.has(row.id),
      };
    });
  };
  const add = (
    connection: number,
    events: Partial<DecisionView>[],
    act: StepView["act"],
    kind: DecisionKindView | null,
  ): StepView => {
    const step = log.length + 1;
    const added = events.map((event, i): DecisionView => ({
      id: step + i,
      step,
      feedback: "",
      act: "undo",
      undoes: null,
      note: null,
      reason: null,
      duplicate_of: null,
      snooze: null,
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
    const waits = (event: DecisionView) => event.is_current && event.push?.state === "waiting";
    change(connection, { waiting: log.filter(waits).length });
    return {
      step,
      act,
      kind,
      count: added.length,
      events: added.slice(0, 500).map((e) => e.id),
      feedback: added.slice(0, 500).map((e) => e.feedback),
    };
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
  const chosen = (what: DecideWhat): string[] => {
    if ("feedback" in what) return [...new Set(what.feedback)];
    const boxed = world.rows.filter(
      (row) => belongs(row, what.mailbox) && matches(row, what.filter, world.rows),
    );
    const row = "alike" in what ? world.rows.find((one) => one.id === what.alike) : undefined;
    return (row ? alikeTo(row, boxed) : boxed).map((one) => one.id);
  };
  const takeBack = (connection: number, targets: DecisionView[]): StepView | null => {
    const first = targets[0];
    if (!first) return null;
    const undos = targets.map((e) => ({ feedback: e.feedback, undoes: e.id }));
    let behind = first;
    let takesBack = true;
    while (behind.undoes !== null) {
      const next = log.find((e) => e.id === behind.undoes);
      if (!next) break;
      [behind, takesBack] = [next, !takesBack];
    }
    const kind = isKind(behind.act) ? behind.act : null;
    return add(connection, undos, takesBack ? "taken_back" : "done_again", kind);
  };
  /** Whether an event takes a decision back, and is not itself a redo. */
  const isUndo = (event: DecisionView): boolean => {
    const target = log.find((e) => e.id === event.undoes);
    return target !== undefined && (target.undoes === null || !isUndo(target));
  };

  return {
    decide: ({ connection, what, kind, note, reason, duplicate_of, snooze }) => {
      const ids = chosen(what).filter((id) => id !== duplicate_of);
      if (ids.length === 0) {
        throw world.badInput("There is no feedback to decide on.", "Correct it and try again.");
      }
      const events = ids.map((id) => ({
        feedback: id,
        act: kind,
        note: note ?? null,
        reason: reason ?? null,
        duplicate_of: duplicate_of ?? null,
        snooze: snooze ? snoozeOf(snooze) : null,
        push: kind === "duplicate" || kind === "snoozed" ? KEPT : WAITS,
      }));
      return add(connection, events, "decided", kind);
    },
    set_note: ({ connection, feedback, note }) =>
      add(connection, [{ feedback, act: "note", note }], "noted", null),
    undo_decision: ({ connection, step, event }) => {
      const newest = log.findLast((e) => e.holds && (e.is_current || e.act === "note"))?.step;
      const wanted = (e: DecisionView) =>
        event === undefined ? e.step === (step ?? newest) : e.id === event;
      return takeBack(
        connection,
        log.filter((e) => e.holds && wanted(e)),
      );
    },
    redo_decision: ({ connection }) => {
      const decided = log.findLast((e) => e.undoes === null)?.id ?? 0;
      const last = log.findLast((e) => e.id > decided && e.holds && isUndo(e));
      return takeBack(
        connection,
        log.filter((e) => e.holds && e.step === last?.step),
      );
    },
    list_reasons: () => world.reasons,
    set_reasons: ({ reasons }) => (world.reasons = reasons.map((reason) => reason.trim())),
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

function snoozeOf(request: SnoozeRequest): SnoozeView {
  return { kind: request.kind, until_ms: request.kind === "until" ? request.until_ms : null };
}
