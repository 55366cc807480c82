import { expect, test } from "vitest";
import type { FilterView } from "../../backend/bindings";
import { chipsOf, isEmpty, typed, withAgent, withWords } from "./filter";

const label = () => "3.2";

test("every part of a filter is a chip that takes exactly itself away", () => {
  const filter: FilterView = { agents: ["a", "b"], outcome: "negative", versions: ["hash"] };
  const chips = chipsOf(filter, label);
  expect(chips.map((c) => `${c.name}:${c.value}`)).toEqual([
    "agent:a",
    "agent:b",
    "is:negative",
    "version:3.2",
  ]);
  expect(chips[0]?.without).toEqual({ ...filter, agents: ["b"] });
  expect(chips[2]?.without).toEqual({ agents: ["a", "b"], versions: ["hash"] });
});

test("the last agent takes the whole list away", () => {
  expect(chipsOf({ agents: ["a"] }, label)[0]?.without).toEqual({});
});

test("typed tokens become chips, the rest stays words", () => {
  expect(typed({}, "charged is:negative twice agent:refund-check user:u-1")).toEqual({
    text: "charged twice",
    outcome: "negative",
    agents: ["refund-check"],
    user: "u-1",
  });
  expect(typed({ user: "u-1" }, "user:none has:comment")).toEqual({
    anonymous: true,
    has_comment: true,
  });
});

test("what looks like a token and is none is searched for", () => {
  expect(typed({}, "see http://x is:strange")).toEqual({ text: "see http://x is:strange" });
});

test("an agent is added once", () => {
  expect(withAgent({ agents: ["a"] }, "a")).toEqual({ agents: ["a"] });
});

test("a filter of empty parts is empty", () => {
  expect(isEmpty({})).toBe(true);
  expect(isEmpty({ agents: [], text: "" })).toBe(true);
  expect(isEmpty({ has_comment: false })).toBe(false);
});

test("each end of a span of time is a chip, as it is typed", () => {
  const since_ms = new Date(2026, 8, 4, 14, 30).getTime();
  const until_ms = new Date(2026, 8, 21).getTime();
  const [since, until, ...others] = chipsOf({ agents: [], since_ms, until_ms }, label);
  expect(others).toEqual([]);
  expect(`${since?.name}:${since?.value}`).toBe("after:2026-09-04T14:30");
  expect(since?.without).toEqual({ agents: [], until_ms });
  expect(`${until?.name}:${until?.value}`).toBe("before:2026-09-21");
  expect(until?.without).toEqual({ agents: [], since_ms });
});

test("the order lasts as long as there are words to match", () => {
  const best: FilterView = { text: "late", order: "best" };
  expect(withWords(best, "later")).toEqual({ text: "later", order: "best" });
  expect(typed(best, "late is:negative")).toEqual({
    text: "late",
    order: "best",
    outcome: "negative",
  });
  expect(withWords(best, "")).toEqual({});
  expect(typed(best, "is:negative")).toEqual({ outcome: "negative" });
  expect(isEmpty({ order: "best" })).toBe(true);
});
