import { expect, test } from "vitest";
import { dateWords, valueText } from "./valueText";

test("a date is said as a person says it, and what is none is left alone", () => {
  expect(dateWords("2026-11-25")).toBe("Wed 25 Nov 2026");
  expect(dateWords("2026-11-25T16:02:00.000Z")).toBe("Wed 25 Nov 2026 16:02");
  for (const no of ["2026-13-40", "2026-114", "25.11.2026", "2026-11-25 or later", ""]) {
    expect(dateWords(no), no).toBeNull();
  }
});

test("every kind of value has words", () => {
  expect(
    valueText({
      kind: "object",
      fields: [
        { name: "a", value: { kind: "null" }, about: null, misfit: null },
        {
          name: "b",
          value: { kind: "list", items: [{ kind: "bool", value: false }, { kind: "absent" }] },
          about: null,
          misfit: null,
        },
        {
          name: "c",
          value: { kind: "table", columns: ["x", "y"], rows: [["1", "2"]] },
          about: null,
          misfit: null,
        },
      ],
    }),
  ).toBe("a: null; b: false; missing; c: 1 2");
});
