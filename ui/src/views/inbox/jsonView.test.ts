import { expect, test } from "vitest";
import { pathOf } from "./json";
import { JsonView } from "./jsonView.svelte";

const view = () =>
  new JsonView(
    JSON.stringify({
      output: { reply: "Charged (twice)", deep: { a: { b: { c: "charged" } } } },
      many: Array.from({ length: 3000 }, (_, i) => ({
        i,
        text: i === 2500 ? "CHARGED late" : "x",
      })),
    }),
  );

test("a hit is found whatever its case and shown whatever hides it", () => {
  const json = view();
  json.collapseAll();
  json.seek("charged");
  expect(json.hits.map(pathOf)).toEqual(["output.reply", "output.deep.a.b.c", "many[2500].text"]);
  expect([json.at, json.active && pathOf(json.active)]).toEqual([0, "output.reply"]);
  json.step(-1);
  expect(json.active && pathOf(json.active)).toBe("many[2500].text");
  expect(json.shown).toContain(json.active);
  json.step(1);
  json.step(1);
  expect(json.active && pathOf(json.active)).toBe("output.deep.a.b.c");
  expect(json.shown).toContain(json.active);
});

test("names are searched too, and signs are letters", () => {
  const json = view();
  json.seek("REPLY");
  expect(json.hits).toHaveLength(1);
  json.seek("(twice)");
  expect(json.hits.map(pathOf)).toEqual(["output.reply"]);
  json.seek("nowhere");
  expect([json.hits.length, json.at, json.step(1)]).toEqual([0, -1, false]);
});

test("a large tree is laid out a stretch at a time", () => {
  const json = view();
  json.expandAll();
  expect(json.rows.length).toBeGreaterThan(9000);
  expect(json.shown).toHaveLength(200);
  json.showMore();
  expect(json.shown).toHaveLength(400);
  json.collapseAll();
  expect(json.shown.map(pathOf)).toEqual(["output", "many"]);
});

test("what is no JSON has no tree", () => {
  expect(new JsonView("{").root).toBeNull();
});
