import { expect, test } from "vitest";
import { makeFake } from "../../backend/fake";
import { Details } from "./details.svelte";

const NOW = Date.UTC(2026, 10, 23, 14, 2);

test("a neighbour that was fetched ahead is there at once", async () => {
  const fake = makeFake(NOW);
  const details = new Details(fake);
  await details.show(1, "fb-0300");
  await details.ahead(["fb-0299"]);
  const calls = fake.calls.length;
  void details.show(1, "fb-0299");
  expect(details.detail?.row.id).toBe("fb-0299");
  expect(fake.calls).toHaveLength(calls);
});

test("an answer that comes late does not replace what is on screen now", async () => {
  const details = new Details(makeFake(NOW));
  const slow = details.show(1, "fb-0300");
  const quick = details.show(1, "fb-0299");
  await Promise.all([quick, slow]);
  expect(details.detail?.row.id).toBe("fb-0299");
});

test("a refresh shows what changed, without a gap", async () => {
  const fake = makeFake(NOW);
  const details = new Details(fake);
  await details.show(1, "fb-0300");
  fake.world.rows = fake.world.rows.map((row) =>
    row.id === "fb-0300" ? { ...row, annotation: "correct" } : row,
  );
  const refreshed = details.refresh();
  expect(details.detail?.row.id).toBe("fb-0300");
  await refreshed;
  expect(details.detail?.row.annotation).toBe("correct");
});

test("a feedback that is gone is an error in place", async () => {
  const details = new Details(makeFake(NOW));
  await details.show(1, "nowhere");
  expect(details.detail).toBeNull();
  expect(details.error?.code).toBe("not_found");
});

test("a run that is not here is fetched once, and an error stands until it is asked for again", async () => {
  const fake = makeFake(NOW);
  const waiting = fake.world.rows.find((row) => row.run_state === "waiting")!;
  const details = new Details(fake);
  await details.show(1, waiting.id);
  expect(details.lacksRun).toBe(true);
  fake.fail("fetch_run", fake.world.notFound("The server does not answer."));
  await details.fetchRun();
  expect(details.runError?.title).toBe("The server does not answer.");
  expect(details.lacksRun).toBe(false);
  fake.fail("fetch_run", null);
  const fetching = details.fetchRun();
  expect(details.fetching).toBe(waiting.id);
  await fetching;
  expect(details.detail?.run.state).toBe("present");
  expect([details.fetching, details.runError]).toEqual([null, null]);
});
