import { expect, test } from "vitest";
import { copied, nodesOf, openedFirst, parseJson, pathOf, visible, type JsonNode } from "./json";

const source = JSON.stringify(
  { run: { output: { reasons: ["a\nb", "\u{1F469}\u200d\u{1F467}"], "odd name": null } }, n: [] },
  null,
  2,
);
const at = (path: string, root: JsonNode): JsonNode => {
  const found = [...nodesOf(root)].find((node) => pathOf(node) === path);
  if (!found) throw new Error(`nothing at ${path}`);
  return found;
};

test("a tree tells the kind, the text and the way of everything in it", () => {
  const root = parseJson(source);
  expect([...nodesOf(root)].map((node) => [pathOf(node), node.kind])).toEqual([
    ["", "object"],
    ["run", "object"],
    ["run.output", "object"],
    ["run.output.reasons", "list"],
    ["run.output.reasons[0]", "text"],
    ["run.output.reasons[1]", "text"],
    ['run.output["odd name"]', "word"],
    ["n", "list"],
  ]);
  expect(at("run.output.reasons[0]", root).text).toBe("a\nb");
});

test("digits and doubled names are kept as written", () => {
  const root = parseJson('{"id": 12345678901234567890, "cost": 1.10, "a": -1e-7, "a": true}');
  expect(root.children.map((node) => node.text)).toEqual([
    "12345678901234567890",
    "1.10",
    "-1e-7",
    "true",
  ]);
});

test("what is no JSON is refused", () => {
  for (const bad of ["", "{", "[1,]", '{"a" 1}', "nul", '"a', "[1] 2", "{1: 2}"]) {
    expect(() => parseJson(bad), bad).toThrow(SyntaxError);
  }
});

test("what is copied is a text as it reads, or JSON moved to the left", () => {
  const root = parseJson(source);
  expect(copied(at("run.output.reasons[0]", root), source)).toBe("a\nb");
  const output = copied(at("run.output", root), source);
  expect(output.split("\n")[1]).toBe('  "reasons": [');
  expect(JSON.parse(output)).toEqual(JSON.parse(source).run.output);
});

test("as much is open to start with as fits, level by level", () => {
  const root = parseJson(JSON.stringify({ a: { b: [1, 2] }, long: new Array(1000).fill(0) }));
  const rows = (most: number) => visible(root, openedFirst(root, most)).map(pathOf);
  expect(rows(10)).toEqual(["a", "a.b", "a.b[0]", "a.b[1]", "long"]);
  expect(rows(3)).toEqual(["a", "a.b", "long"]);
  expect(rows(5000)).toHaveLength(1005);
  expect(visible(parseJson("{}"), new Set())).toHaveLength(1);
});

test("a megabyte is read at once", () => {
  const large = JSON.stringify(
    Array.from({ length: 20_000 }, (_, i) => ({ i, text: "word ".repeat(8) })),
  );
  const start = performance.now();
  expect([...nodesOf(parseJson(large))]).toHaveLength(60_001);
  expect(performance.now() - start).toBeLessThan(5_000);
});
