import { expect, test } from "vitest";
import { match } from "./fuzzy";

const places = (text: string, typed: string) => [...(match(text, typed)?.at ?? [])];
const best = (typed: string, ...texts: string[]) =>
  texts
    .map((text) => ({ text, score: match(text, typed)?.score ?? 0 }))
    .sort((a, b) => b.score - a.score)[0]?.text;

test("nothing typed is in everything, and marks nothing", () => {
  expect(match("Undo", "")?.score).toBeGreaterThan(0);
  expect(places("Undo", " ")).toEqual([]);
});

test("every word has to be there, in any order and case", () => {
  expect(match("refund-check 3.2", "3.2 REF")).not.toBeNull();
  expect(match("refund-check 3.2", "ref 4")).toBeNull();
  expect(places("refund-check 3.2", "che")).toEqual([7, 8, 9]);
});

test("letters may be left out", () => {
  expect(places("refund-check 3.2", "rfch")).toEqual([0, 2, 7, 8]);
  expect(match("Needs fix", "nfx")).not.toBeNull();
});

test("letters from all over are no match", () => {
  expect(match("Instructions of the version behind it", "nvb")).toBeNull();
  expect(match("Instructions of the version behind it", "iii")).toBeNull();
});

test("the start goes before the start of a word, that before the middle, that before gaps", () => {
  expect(best("in", "Raw JSON and back into", "Inbox")).toBe("Inbox");
  expect(best("fix", "Prefix", "Needs fix")).toBe("Needs fix");
  expect(best("and", "Raw JSON and back", "A new day")).toBe("Raw JSON and back");
  expect(best("un", "Undo", "Undo all of it")).toBe("Undo");
});

test("signs and other scripts are taken as they are", () => {
  expect(match("This user’s story", "user's")).not.toBeNull();
  expect(places("İstanbul İ", "İ")).toEqual([0]);
  expect(match("返金 agent", "返金")).not.toBeNull();
  expect(match("a.*b", ".*")).not.toBeNull();
});
