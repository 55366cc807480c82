// Users and their stories in the fake core, counted from the same rows as the inbox.

import type { Handlers } from "../fake";
import type { FeedbackRowView, StoryEntryView, UserRowView } from "../bindings";
import type { World } from "./world";

/** More than this is not handed over at once. */
const MOST = 200;
const HOUR = 3_600_000;

export function usersCommands(world: World): Pick<Handlers, "list_users" | "get_story"> {
  return {
    list_users: ({ search, cursor, limit }) => {
      const groups = group(world.rows);
      const named = groups.filter((u) => u.user !== null && u.user.includes(search ?? ""));
      // Those without an id are not a person: they come last, and not for a search.
      const all = [...named, ...groups.filter((u) => u.user === null && !search)];
      const from = Number(cursor ?? 0);
      const rows = all.slice(from, from + limit);
      return {
        rows,
        next: from + limit < all.length ? String(from + limit) : null,
        total: named.length,
      };
    },
    get_story: ({ user }) => {
      const rows = world.rows.filter((r) => r.user === user);
      if (rows.length === 0) throw world.notFound("This user has said nothing.");
      const negative = rows.filter((r) => r.outcome === "negative").length;
      const agents = new Set(rows.map((r) => r.agent)).size;
      return {
        user,
        headline: `${negative} negative and ${rows.length - negative} positive.`,
        basis: `${rows.length} said, ${agents === 1 ? "1 agent" : `${agents} agents`}.`,
        since_ms: rows.at(-1)?.created_at_ms ?? null,
        entries: entries(world, rows.slice(0, MOST)),
        truncated: rows.length > MOST,
      };
    },
  };
}

function group(rows: FeedbackRowView[]): UserRowView[] {
  const users = new Map<string | null, FeedbackRowView[]>();
  for (const row of rows) users.set(row.user, [...(users.get(row.user) ?? []), row]);
  return [...users].map(([user, said]) => ({
    user,
    feedback: said.length,
    positive: said.filter((r) => r.outcome === "positive").length,
    negative: said.filter((r) => r.outcome === "negative").length,
    agents: [...new Set(said.map((r) => r.agent))],
    first_ms: said.at(-1)?.created_at_ms ?? 0,
    last_ms: said[0]?.created_at_ms ?? 0,
    recent: said
      .slice(0, 10)
      .map((r) => r.outcome)
      .reverse(),
  }));
}

/** Newest first: what was said, and the starts of the versions that served this user. */
function entries(world: World, rows: FeedbackRowView[]): StoryEntryView[] {
  const said = rows.map((row): [number, StoryEntryView] => [
    row.created_at_ms,
    { kind: "feedback", row, earlier: earlier(row) },
  ]);
  const served = new Set(rows.map((row) => row.version));
  const first = rows.at(-1)?.created_at_ms ?? 0;
  const all = [...world.versions.values()].flat().map((version) => version.summary);
  const begun = all.flatMap((v): [number, StoryEntryView][] => {
    const deployed = v.deployments[0]?.deployed_at_ms ?? null;
    const at_ms = deployed ?? v.first_seen_ms;
    if (!served.has(v.id) || at_ms === null || at_ms < first) return [];
    const mark = deployed === null ? "first_seen" : "deployed";
    return [[at_ms, { kind: "version", at_ms, agent: v.agent, label: v.label, mark }]];
  });
  return [...said, ...begun].sort((a, b) => b[0] - a[0]).map(([, entry]) => entry);
}

/** Words that were overwritten, made up where the row says there were some. */
function earlier(row: FeedbackRowView): FeedbackRowView[] {
  return Array.from({ length: row.earlier_words }, (_, i) => ({
    ...row,
    id: `${row.id}-before-${i}`,
    outcome: "positive" as const,
    comment: "ok",
    created_at_ms: row.created_at_ms - (i + 1) * HOUR,
    earlier_words: 0,
    alike: null,
    found_in: null,
    shares: null,
    pins: 0,
  }));
}
