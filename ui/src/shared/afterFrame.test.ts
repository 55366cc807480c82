import { expect, test, vi } from "vitest";
import { afterFrame } from "./afterFrame";

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test("is done once, behind the next frame", async () => {
  const done: string[] = [];
  afterFrame(() => done.push("work"));
  requestAnimationFrame(() => done.push("frame"));
  await wait(250);
  expect(done).toEqual(["frame", "work"]);
});

test("is done although no frame comes", async () => {
  vi.stubGlobal("requestAnimationFrame", () => 0);
  const done = vi.fn();
  afterFrame(done);
  await vi.waitFor(() => expect(done).toHaveBeenCalledTimes(1));
  vi.unstubAllGlobals();
});

test("can be left undone", async () => {
  const done = vi.fn();
  afterFrame(done)();
  await wait(250);
  expect(done).not.toHaveBeenCalled();
});
