import { createRawSnippet, flushSync, mount, unmount } from "svelte";
import { afterEach, expect, test } from "vitest";
import { reactiveProps } from "./reactiveProps.svelte";
import VirtualList from "./VirtualList.svelte";

let list: Record<string, unknown> | undefined;
afterEach(async () => {
  if (list) await unmount(list);
  document.body.replaceChildren();
});

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

function show(items: unknown[]) {
  const props = reactiveProps({
    items,
    heightOf: () => 50,
    keyOf: (n: unknown) => String(n),
    label: "Numbers",
    row: createRawSnippet<[unknown, number]>((n) => ({ render: () => `<i>${n()}</i>` })),
  });
  list = mount(VirtualList, { target: document.body, props }) as Record<string, unknown>;
  flushSync();
  const box = document.querySelector<HTMLElement>('[role="listbox"]');
  if (!box) throw new Error("the list is on screen");
  return { props, box };
}

function scroll(box: HTMLElement, to: number) {
  box.scrollTop = to;
  box.dispatchEvent(new Event("scroll"));
  flushSync();
}
const drawn = () => [...document.querySelectorAll("i")].map((i) => Number(i.textContent));

test("draws what is in view and follows the scroll", () => {
  const { box } = show(numbers(0, 10_000));
  expect(drawn()[0]).toBe(0);
  expect(drawn().length).toBeLessThan(40);
  scroll(box, 250_000);
  expect(drawn()).toContain(5000);
  expect(drawn()).not.toContain(0);
});

test("what one reads keeps its place when items come above it", () => {
  const { props, box } = show(numbers(100, 300));
  scroll(box, 1020);
  props.items = numbers(90, 300);
  flushSync();
  expect(box.scrollTop).toBe(1520);
});

test("at the top, new items show themselves", () => {
  const { props, box } = show(numbers(100, 300));
  scroll(box, 10);
  scroll(box, 0);
  props.items = numbers(90, 300);
  flushSync();
  expect(box.scrollTop).toBe(0);
  expect(drawn()[0]).toBe(90);
});
