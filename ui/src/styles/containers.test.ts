import { expect, test } from "vitest";

const styles = import.meta.glob<string>("/src/**/*.{svelte,css}", {
  query: "?raw",
  import: "default",
  eager: true,
});

// WebKit compares pixels of a container query with the zoomed width: at 200 % a narrow pane passes for a
// wide one. With rem it does not. (Of media queries it is the other way round.)
test("container queries are in rem, media queries in px", () => {
  const files = Object.entries(styles);
  expect(files.length).toBeGreaterThan(50);
  const wrong = files.flatMap(([file, text]) => [
    ...[...text.matchAll(/@container[^{]*\dpx[^{]*/g)].map(([query]) => `${file}: ${query}`),
    ...[...text.matchAll(/@media[^{]*\d(rem|em)\b[^{]*/g)].map(([query]) => `${file}: ${query}`),
  ]);
  expect(wrong).toEqual([]);
});
