// The filter bar and saved views in the fake core. There is no second parser here: some pieces of text are known with
// what the real core says of them, and everything else is a word to search.

import type { Handlers } from "../fake";
import type {
  FilterProblemView,
  FilterTokenView,
  FilterView,
  OrderView,
  SavedView,
} from "../bindings";
import type { World } from "./world";

type Names =
  | "parse_filter"
  | "print_filter"
  | "complete_filter"
  | "list_views"
  | "save_view"
  | "rename_view"
  | "delete_view"
  | "move_view";

/** What one piece adds to the filter, or what is wrong with it. */
type Piece = { part: FilterView } | { problem: string };

const PIECES: Record<string, Piece> = {
  "is:negative": { part: { outcome: "negative" } },
  "is:positive": { part: { outcome: "positive" } },
  "is:open": { part: { annotated: false } },
  "is:decided": { part: { annotated: true } },
  "is:resolved": { part: { annotation: "resolved" } },
  "is:incorrect": { part: { annotation: "incorrect" } },
  "is:correct": { part: { annotation: "correct" } },
  "has:comment": { part: { has_comment: true } },
  "no:comment": { part: { has_comment: false } },
  "user:none": { part: { anonymous: true } },
  "user:u-20417": { part: { user: "u-20417" } },
  "agent:refund-check": { part: { agents: ["refund-check"] } },
  "agent:support-chat": { part: { agents: ["support-chat"] } },
  "agent:": { problem: "Which agent? Write its id, as in agent:support." },
  "agent:sales": { problem: "No agent sales is in the cache: it matches nothing." },
  "is:blue": { problem: "is: knows negative, positive, open, decided and more." },
};

/** Ids are told from words by what stands before them. */
function pieceOf(text: string): Piece | undefined {
  const [, name, value] = /^(like|sort):(.+)$/u.exec(text) ?? [];
  if (name === "like" && value) return { part: { like: value } };
  if (name === "sort" && value) return { part: { order: value as OrderView } };
  return PIECES[text];
}

const NAMES = ["is:", "has:", "no:", "agent:", "user:", "version:", "model:", "after:", "before:"];

function parsed(text: string) {
  const tokens: FilterTokenView[] = [];
  const problems: FilterProblemView[] = [];
  const words: string[] = [];
  let filter: FilterView = {};
  for (const match of text.matchAll(/\S+/gu)) {
    const [piece] = match;
    const [start, end] = [match.index, match.index + piece.length];
    const known = pieceOf(piece);
    const colon = known ? piece.indexOf(":") : -1;
    tokens.push({
      start,
      end,
      kind: known ? "term" : "word",
      name: known ? piece.slice(0, colon) : null,
      value_start: start + colon + 1,
      value: piece.slice(colon + 1),
    });
    if (!known) words.push(piece);
    else if ("part" in known) filter = { ...filter, ...known.part };
    else problems.push({ start, end, message: known.problem, is_hint: false });
  }
  if (words.length > 0) filter.text = words.join(" ");
  return { filter, text: text.trim().replace(/\s+/gu, " "), tokens, problems };
}

/** The pieces a filter has all of, and its words. */
function printed(filter: FilterView): string {
  const has = (part: FilterView) =>
    Object.entries(part).every(
      ([key, value]) => JSON.stringify(filter[key as keyof FilterView]) === JSON.stringify(value),
    );
  const pieces = Object.entries(PIECES).filter(([, piece]) => "part" in piece && has(piece.part));
  const like = filter.like === undefined ? [] : [`like:${filter.like}`];
  const sort = filter.order === undefined ? [] : [`sort:${filter.order}`];
  return [...pieces.map(([text]) => text), ...like, ...sort, filter.text ?? ""].join(" ").trim();
}

export function queryCommands(
  world: World,
  count: Handlers["count_feedback"],
  told: () => void,
): Pick<Handlers, Names> {
  const views: SavedView[] = [];
  const find = (id: number): SavedView => {
    const view = views.find((one) => one.id === id);
    if (!view) throw world.badInput("There is no such view (any more).", "Choose another one.");
    return view;
  };
  const counted = async (view: SavedView): Promise<SavedView> => {
    const { filter } = parsed(view.text);
    if (filter.text) return { ...view, count: null };
    const { total } = await count({ connection: 1, mailbox: view.mailbox, filter });
    return { ...view, count: total };
  };
  return {
    parse_filter: ({ text }) => parsed(text),
    print_filter: ({ filter }) => {
      const { text, tokens } = parsed(printed(filter));
      return { text, tokens };
    },
    complete_filter: ({ text, caret }) => {
      const [typed = ""] = /\S*$/u.exec(text.slice(0, caret)) ?? [];
      const [rest = ""] = /^\S*/u.exec(text.slice(caret)) ?? [];
      const offered = typed.includes(":") ? Object.keys(PIECES) : NAMES;
      return offered
        .filter((piece) => piece.startsWith(typed) && !piece.includes("blue"))
        .map((piece) => ({
          label: piece,
          insert: piece,
          replaces: [caret - typed.length, caret + rest.length],
          detail: null,
        }));
    },
    list_views: () => Promise.all(views.map(counted)),
    save_view: async ({ view: replaced, name, mailbox, text }) => {
      const id = replaced ?? Math.max(0, ...views.map((one) => one.id)) + 1;
      const saved: SavedView = { id, name: name.trim(), mailbox, text, count: null };
      if (replaced === undefined) views.push(saved);
      else Object.assign(find(id), saved);
      told();
      return counted(saved);
    },
    rename_view: ({ view, name }) => {
      find(view).name = name.trim();
      told();
      return null;
    },
    delete_view: ({ view }) => {
      views.splice(views.indexOf(find(view)), 1);
      told();
      return null;
    },
    move_view: ({ view, before }) => {
      const moved = find(view);
      views.splice(views.indexOf(moved), 1);
      const to = before === undefined ? views.length : views.indexOf(find(before));
      views.splice(to, 0, moved);
      told();
      return null;
    },
  };
}
