// The inbox's commands of the fake core: mailboxes, filters, pages, one feedback with its run.

import type { Handlers } from "../fake";
import type { ErrorCode, ErrorView, FeedbackRowView, FilterView, Mailbox } from "../bindings";
import { alikeTo, collapsed } from "./alike";
import { inOrder, isLike } from "./order";
import { pinsOf } from "./pins";
import { makeRun } from "./runs";
import type { World } from "./world";

type Names =
  | "count_mailboxes"
  | "list_feedback"
  | "list_alike"
  | "count_feedback"
  | "get_feedback"
  | "get_raw"
  | "open_run_page"
  | "load_file"
  | "list_agents";

export function feedbackCommands(world: World): Pick<Handlers, Names> {
  const boxed = (mailbox: Mailbox) => world.rows.filter((row) => belongs(row, mailbox));
  const duplicates = (id: string) => world.rows.filter((row) => row.duplicate_of === id);
  return {
    count_mailboxes: () => ({
      negative_open: boxed("negative_open").length,
      all_open: boxed("all_open").length,
      needs_fix: boxed("needs_fix").length,
      snoozed: boxed("snoozed").length,
      decided: boxed("decided").length,
      positive_with_comment: boxed("positive_with_comment").length,
      everything: world.rows.length,
      users: new Set(world.rows.map((r) => r.user)).size,
    }),
    list_agents: () => world.agents,
    list_feedback: ({ mailbox, filter, cursor, limit, collapse }) => {
      const all = boxed(mailbox);
      const matching = all.filter((row) => matches(row, filter, world.rows));
      const first = cursor === undefined;
      const found = inOrder(world.rows, matching, filter).map((row): FeedbackRowView => {
        if (!filter.text?.trim()) return row;
        return { ...row, found_in: "comment" };
      });
      const parted = filter.order === "user" || filter.order === "version";
      const shown = collapse && !parted ? collapsed(found) : found;
      const from = first ? 0 : shown.findIndex((r) => r.id === cursor) + 1;
      const rows = shown.slice(from, from + limit);
      const last = rows.at(-1);
      return {
        rows,
        next: last && from + limit < shown.length ? last.id : null,
        // As the core: what is searched for is not counted along the way.
        total: first && !filter.text?.trim() && !filter.like ? matching.length : null,
        mailbox_total: first ? all.length : null,
        everything: first ? world.rows.length : null,
        search_ready: world.searchReady,
      };
    },
    list_alike: ({ mailbox, filter, id, limit }) => {
      const row = world.rows.find((r) => r.id === id);
      const matching = boxed(mailbox).filter((r) => matches(r, filter, world.rows));
      const rows = row ? alikeTo(row, matching) : [];
      return { rows: rows.slice(0, limit), total: rows.length };
    },
    count_feedback: ({ mailbox, filter }) => ({
      total: boxed(mailbox).filter((row) => matches(row, filter, world.rows)).length,
    }),
    get_feedback: ({ id }) => {
      const row = world.rows.find((r) => r.id === id);
      if (!row) throw world.notFound("This feedback is gone.");
      const said = world.rows.filter((r) => r.user !== null && r.user === row.user);
      const alike = alikeTo(row, world.rows).filter((r) => r !== row);
      const version = world.versions.get(row.agent)?.find((v) => v.summary.id === row.version);
      return {
        row,
        run: world.runs.get(row.run) ?? makeRun(row, world.now),
        version: version?.summary ?? null,
        others_on_run: id === "fb-0300" ? world.rows.slice(4, 5) : [],
        earlier:
          row.earlier_words > 0
            ? [{ ...row, id: `${row.id}-before`, outcome: "positive", comment: "ok" }]
            : [],
        user_before: said.filter((r) => r.created_at_ms < row.created_at_ms).slice(0, 10),
        alike: alike.slice(0, 10),
        alike_count: alike.length,
        user:
          row.user === null
            ? null
            : {
                user: row.user,
                feedback: said.length,
                negative: said.filter((r) => r.outcome === "negative").length,
              },
        original: world.rows.find((r) => r.id === row.duplicate_of) ?? null,
        duplicates: duplicates(id).slice(0, 10),
        duplicates_count: duplicates(id).length,
        pins: pinsOf(world, id),
      };
    },
    get_raw: ({ id }) => {
      const row = world.rows.find((r) => r.id === id);
      if (!row) throw world.notFound("This feedback is gone.");
      const run = world.runs.get(row.run) ?? makeRun(row, world.now);
      return {
        feedback: JSON.stringify(row, null, 2),
        run: run.state === "present" ? JSON.stringify(run.run, null, 2) : null,
      };
    },
    open_run_page: ({ connection, id }) => {
      const on = world.state.connections.find((c) => c.id === connection);
      const row = world.rows.find((r) => r.id === id);
      if (!row) throw world.notFound("This feedback is gone.");
      const refused = (code: ErrorCode, title: string, action: string): ErrorView => ({
        code,
        title,
        meaning: "Nothing was opened.",
        action,
        detail: null,
        retry: false,
      });
      if (on?.kind !== "server") {
        throw refused("other", "This server has no pages of its own.", "Choose JSON.");
      }
      if (on.pages_url !== null) return null;
      if ((world.runs.get(row.run) ?? makeRun(row, world.now)).state !== "present") {
        throw refused("not_found", "This run is not on this machine.", "Fetch the run.");
      }
      const title = "The server says this run's page is at workflowai.com.";
      throw refused("pages_unknown", title, "Say in Settings where its pages are.");
    },
    load_file: ({ url }) => {
      if (url.includes("gone")) throw world.notFound("The server does not have this picture.");
      return { data_url: picture, bytes: 430 };
    },
  };
}

const picture = `data:image/svg+xml;base64,${btoa(
  '<svg xmlns="http://www.w3.org/2000/svg" width="420" height="240"><rect width="420" height="240" fill="#e8e4da"/><text x="24" y="52" font-family="serif" font-size="26">Invoice 2026-114</text><text x="24" y="96" font-size="16">Acme Outdoor, 7500 Tournai</text><text x="24" y="200" font-size="18">Total 49.90 EUR</text></svg>',
)}`;

/** What counts: the decision made here before the server's annotation. */
function verdict(row: FeedbackRowView) {
  return row.decision ?? (row.is_reopened ? null : row.annotation);
}

export function belongs(row: FeedbackRowView, mailbox: Mailbox): boolean {
  const stands = verdict(row);
  switch (mailbox) {
    case "negative_open":
      return row.outcome === "negative" && stands === null;
    case "all_open":
      return stands === null;
    case "needs_fix":
      return stands === "correct";
    case "snoozed":
      return stands === "snoozed";
    case "decided":
      return stands !== null && stands !== "snoozed";
    case "positive_with_comment":
      return row.outcome === "positive" && row.comment !== null;
    case "everything":
      return true;
  }
}

/** One of the wanted ones; wanting none is wanting all. */
function isAny(wanted: string[] | undefined, value: string | null): boolean {
  return !wanted?.length || (value !== null && wanted.includes(value));
}

export function matches(
  row: FeedbackRowView,
  filter: FilterView,
  all: readonly FeedbackRowView[],
): boolean {
  const text = filter.text?.toLowerCase().trim();
  return (
    (filter.like === undefined || isLike(row, filter.like, all)) &&
    isAny(filter.agents, row.agent) &&
    (filter.outcome === undefined || row.outcome === filter.outcome) &&
    (filter.has_comment === undefined || (row.comment !== null) === filter.has_comment) &&
    (filter.annotated === undefined || belongs(row, filter.annotated ? "decided" : "all_open")) &&
    (filter.annotation === undefined || verdict(row) === filter.annotation) &&
    (filter.user === undefined || row.user === filter.user) &&
    (!filter.anonymous || row.user === null) &&
    isAny(filter.versions, row.version) &&
    isAny(filter.models, row.model) &&
    (filter.gone === undefined || (row.gone_at_ms !== null) === filter.gone) &&
    (filter.since_ms === undefined || row.created_at_ms >= filter.since_ms) &&
    (filter.until_ms === undefined || row.created_at_ms < filter.until_ms) &&
    (!text || text.split(/\s+/).every((word) => row.comment?.toLowerCase().includes(word)))
  );
}
