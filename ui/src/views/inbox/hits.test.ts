import { expect, test } from "vitest";
import { hitsIn, termsOf } from "./hits";

const hits = (text: string, search: string) =>
  hitsIn(text, termsOf(search)).map(([from, to]) => text.slice(from, to));

test("searched words are found whatever their case and accents", () => {
  expect(hits("Charged twice, TWICE charged", "twice charged")).toEqual([
    "Charged",
    "twice",
    "TWICE",
    "charged",
  ]);
  expect(hits("pas de RÉPONSE, e\u0301té", "reponse ete")).toEqual(["RÉPONSE", "e\u0301té"]);
  expect(hits("Straße strasse", "straße ")).toEqual(["Straße"]);
  // The index keeps the accents of other scripts.
  expect(hits("ещё еще", "еще x")).toEqual(["еще"]);
  expect(hits("ΟΔΟΣ οδός", "οδος ")).toEqual(["ΟΔΟΣ"]);
});

test("a word is a whole word, and only the last one may be a beginning", () => {
  expect(hits("refund refunds refunded", "refund")).toEqual(["refund", "refunds", "refunded"]);
  expect(hits("refund refunds late", "refund late")).toEqual(["refund", "late"]);
  expect(hits("a ab abc", "a")).toEqual(["a"]);
  expect(hits("refund refunds", '"refund"')).toEqual(["refund"]);
});

test("a phrase is these words in this order, whatever stands between them", () => {
  expect(hits("charged twice; twice charged; charged, twice", '"charged twice"')).toEqual([
    "charged twice",
    "charged, twice",
  ]);
  expect(hits("49.90 and 49 or 90", "49.90")).toEqual(["49.90"]);
  expect(hits("charged twice", '"charged twice')).toEqual(["charged twice"]);
});

test("scripts without blanks and signs are found as they are", () => {
  expect(hits("返金まで5〜7日と言われました", "返金 7日")).toEqual(["返金", "7日"]);
  expect(hits("ok 👍🏽 !!", "👍🏽 !!")).toEqual(["👍🏽", "!!"]);
  expect(hits("ＡＢC カード", "カード")).toEqual(["カード"]);
});

test("nothing searched is nothing found, and signs are no pattern", () => {
  expect(hits("words", "  ")).toEqual([]);
  expect(hits("words", '""')).toEqual([]);
  expect(hits("a.c abc [x]", '"a.c" [x]')).toEqual(["a.c", "x"]);
});

test("what overlaps is one stretch", () => {
  expect(hits("charged twice", '"charged twice" twice charged')).toEqual(["charged twice"]);
});

test("a long text is gone through at once", () => {
  const text = "late delivery again ".repeat(50_000);
  const start = performance.now();
  expect(hitsIn(text, termsOf("deliv"))).toHaveLength(50_000);
  expect(performance.now() - start).toBeLessThan(5_000);
});
