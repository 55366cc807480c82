// A filter as chips, and the words `agent:x` and the like that one may type for them.

import type { FilterView } from "../../backend/bindings";
import { clockTime, shortId } from "../../shared/format";

export interface FilterChip {
  id: string;
  /** Before the colon, quiet. */
  name: string;
  value: string;
  /** The filter without it. */
  without: FilterView;
}

/** Parts of a filter of which any value will do. */
type Several = "agents" | "versions" | "models";

/** `versionLabel` knows what a version's id is called. */
export function chipsOf(filter: FilterView, versionLabel: (id: string) => string): FilterChip[] {
  const chips: FilterChip[] = [];
  const add = (name: string, value: string, without: FilterView) =>
    chips.push({ id: `${name}:${value}`, name, value, without });
  const addEach = (name: string, key: Several, label: (value: string) => string) => {
    const values = filter[key] ?? [];
    for (const value of values) {
      const rest = values.filter((other) => other !== value);
      const without = rest.length > 0 ? { ...filter, [key]: rest } : drop(filter, key);
      add(name, label(value), without);
    }
  };
  addEach("agent", "agents", (id) => id);
  if (filter.outcome) add("is", filter.outcome, drop(filter, "outcome"));
  if (filter.has_comment !== undefined) {
    add(filter.has_comment ? "has" : "no", "comment", drop(filter, "has_comment"));
  }
  if (filter.annotated !== undefined) {
    add(filter.annotated ? "is" : "not", "annotated", drop(filter, "annotated"));
  }
  if (filter.annotation) add("is", filter.annotation, drop(filter, "annotation"));
  if (filter.user !== undefined) add("user", filter.user, drop(filter, "user"));
  if (filter.anonymous) add("user", "none", drop(filter, "anonymous"));
  addEach("version", "versions", versionLabel);
  addEach("model", "models", (id) => id);
  if (filter.gone !== undefined) {
    add(filter.gone ? "is" : "not", "gone", drop(filter, "gone"));
  }
  if (filter.like !== undefined) add("like", shortId(filter.like), drop(filter, "like"));
  const { since_ms, until_ms } = filter;
  if (since_ms !== undefined) add("after", timeTyped(since_ms), drop(filter, "since_ms"));
  if (until_ms !== undefined) add("before", timeTyped(until_ms), drop(filter, "until_ms"));
  return chips;
}

/** A time as one types it: a day alone is its beginning. */
function timeTyped(ms: number): string {
  const d = new Date(ms);
  const two = (n: number) => String(n).padStart(2, "0");
  const day = `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
  const time = clockTime(ms);
  return time === "00:00" ? day : `${day}T${time}`;
}

/** What fits best comes first, whatever its time. */
export function isRanked({ order, like, text }: FilterView): boolean {
  if (like !== undefined) return order === undefined || order === "best";
  return order === "best" && text !== undefined;
}

/** The filter has nothing to say, words included. An order alone hides nothing. */
export function isEmpty(filter: FilterView): boolean {
  return Object.values(drop(filter, "order")).every(
    (value) => value === undefined || value === "" || (Array.isArray(value) && value.length === 0),
  );
}

export function withAgent(filter: FilterView, agent: string): FilterView {
  const agents = filter.agents ?? [];
  return agents.includes(agent) ? filter : { ...filter, agents: [...agents, agent] };
}

/** Other words in the filter, as they stand; none take the order away, too. */
export function withWords(filter: FilterView, text: string): FilterView {
  return text ? { ...filter, text } : drop(drop(filter, "text"), "order");
}

/** Takes words such as `agent:x` out of `text` into the filter; the rest stays words to search. */
export function typed(filter: FilterView, text: string): FilterView {
  let next: FilterView = drop(filter, "text");
  const words: string[] = [];
  for (const word of text.split(/\s+/u).filter(Boolean)) {
    const [, name, value] = /^([a-z]+):(.+)$/u.exec(word) ?? [];
    const taken = name && value ? token(next, name, value) : null;
    if (taken) next = taken;
    else words.push(word);
  }
  // Without words there is nothing to match best.
  return words.length > 0 ? { ...next, text: words.join(" ") } : drop(next, "order");
}

function token(filter: FilterView, name: string, value: string): FilterView | null {
  switch (`${name}:${value}`) {
    case "is:negative":
    case "is:positive":
      return { ...filter, outcome: value as "negative" | "positive" };
    case "is:resolved":
    case "is:incorrect":
    case "is:correct":
      return { ...filter, annotation: value as "resolved" | "incorrect" | "correct" };
    case "has:comment":
      return { ...filter, has_comment: true };
    case "no:comment":
      return { ...filter, has_comment: false };
    case "is:annotated":
      return { ...filter, annotated: true };
    case "not:annotated":
      return { ...filter, annotated: false };
    case "user:none":
      return { ...drop(filter, "user"), anonymous: true };
  }
  if (name === "user") return { ...drop(filter, "anonymous"), user: value };
  if (name === "agent") return withAgent(filter, value);
  return null;
}

function drop(filter: FilterView, key: keyof FilterView): FilterView {
  const { [key]: _, ...rest } = filter;
  return rest;
}
