import { expect, test } from "vitest";
import { makeFake } from "../../backend/fake";
import { Router } from "../../shared/router.svelte";
import { FilterText } from "./filterText.svelte";

const NOW = Date.UTC(2026, 10, 23, 14, 2);

function bar() {
  const router = new Router();
  return { router, bar: new FilterText(makeFake(NOW), router) };
}
const drawn = ({ pieces }: FilterText) => pieces.map(({ name, rest }) => name + rest).join("");

test("what is typed counts as far as it is understood, and is drawn whole", async () => {
  const it = bar();
  await it.bar.type(1, "is:negative  late", 17);
  expect(it.router.filter).toEqual({ outcome: "negative", text: "late" });
  expect(drawn(it.bar)).toBe("is:negative  late");
  expect(it.bar.pieces[0]).toMatchObject({ name: "is:", rest: "negative", isBad: false });
});

test("what is wrong is marked in place, and the rest counts", async () => {
  const it = bar();
  await it.bar.type(1, "is:blue is:negative", 7);
  expect(it.router.filter).toEqual({ outcome: "negative" });
  expect(it.bar.pieces.filter((piece) => piece.isBad)).toMatchObject([{ rest: "blue" }]);
  expect(it.bar.problems[0]?.message).toContain("is: knows");
});

test("a filter that is set elsewhere is written out; what one types is left as it is", async () => {
  const it = bar();
  await it.bar.follow(1, { outcome: "negative" });
  expect(it.bar.text).toBe("is:negative");
  await it.bar.type(1, "is:negative  ", 13);
  await it.bar.follow(1, it.router.filter);
  await it.bar.type(1, "is:negative  late", 17);
  await it.bar.follow(1, it.router.filter);
  expect(it.bar.text).toBe("is:negative  late");
});

test("a suggestion takes the place of what was begun", async () => {
  const it = bar();
  await it.bar.type(1, "has:c late", 5);
  await it.bar.suggest(1, 5);
  it.bar.step(1);
  const caret = await it.bar.take(1, it.bar.suggestions[it.bar.at]!);
  expect(it.bar.text).toBe("has:comment late");
  expect(caret).toBe("has:comment".length);
  expect(it.router.filter).toEqual({ has_comment: true, text: "late" });
});
