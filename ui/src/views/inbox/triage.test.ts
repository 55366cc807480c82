// Deciding against a core that answers late and out of order: the decision belongs to the item that was
// shown when the key went down, and nothing on screen moves by itself.
import { describe, expect, test } from "vitest";
import type { Backend } from "../../backend/backend";
import type { Commands, DecisionKindView, ErrorView } from "../../backend/bindings";
import { makeFake, type Fake } from "../../backend/fake";
import { Inbox } from "./inbox.svelte";
import { Triage, type Place } from "./triage.svelte";

const NOW = Date.UTC(2026, 10, 23, 14, 2);
const full: ErrorView = {
  code: "other",
  title: "The disk is full.",
  meaning: "",
  action: "Make room, then decide again.",
  detail: null,
  retry: true,
};
const turns = async (n: number) => {
  for (let i = 0; i < n; i++) await Promise.resolve();
};

interface Bench {
  fake: Fake;
  inbox: Inbox;
  triage: Triage;
  place: Place;
}

/** `late` says how many turns an answer of that command takes. */
async function bench(late: (name: keyof Commands) => number = () => 0): Promise<Bench> {
  const fake = makeFake(NOW);
  const backend: Backend = {
    ...fake,
    async rpc(name, request) {
      const answer = fake.rpc(name, request);
      await turns(late(name));
      return await answer;
    },
  };
  const inbox = new Inbox(backend);
  await inbox.open(1, "negative_open", {});
  const place: Place = { feedback: inbox.rows[0]?.id ?? null };
  const triage = new Triage(backend, inbox, place, () => void inbox.refresh());
  await fake.listen(() => void inbox.refresh());
  return { fake, inbox, triage, place };
}
const ids = ({ inbox }: Bench) => inbox.rows.map((row) => row.id);
/** On what is open, as a key does. */
function decide({ inbox, triage, place }: Bench, kind: DecisionKindView): void {
  const row = inbox.rows.find((row) => row.id === place.feedback);
  if (!row) throw new Error("nothing is open");
  triage.decide(1, { what: { feedback: [row.id] }, rows: [row], count: 1 }, kind);
}
const decision = ({ inbox }: Bench, id: string) => {
  const row = inbox.rows.find((row) => row.id === id);
  return row && inbox.decided.of(row).decision;
};
const idle = async ({ triage }: Bench) => {
  await triage.settled();
  await turns(400);
};

describe("fifty keys", () => {
  test("decide fifty items in order, however late and in whichever order the answers come", async () => {
    let seed = 7;
    const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
    const it = await bench((name) => (name === "decide" ? 40 : Math.floor(random() * 200)));
    const before = ids(it);
    const kinds = ["resolved", "incorrect", "correct"] as const;
    for (let i = 0; i < 50; i++) {
      expect(it.place.feedback).toBe(before[i]);
      decide(it, kinds[i % 3]!);
      await turns(Math.floor(random() * 20));
      expect(ids(it).slice(0, before.length)).toEqual(before);
    }
    expect(it.place.feedback).toBe(before[50]);
    await idle(it);
    const log = it.fake.world.decisions;
    expect(log.map((event) => event.feedback)).toEqual(before.slice(0, 50));
    expect(log.map((event) => event.act)).toEqual(before.slice(0, 50).map((_, i) => kinds[i % 3]));
    expect(it.place.feedback).toBe(before[50]);
    expect(ids(it).slice(0, before.length)).toEqual(before);
    expect(it.inbox.decided.stillShown).toBe(50);
    expect(it.triage.said).toEqual({ what: "decided", count: 50 });
  });

  test("without a breath between them decide fifty different items", async () => {
    const it = await bench(() => 3);
    const before = ids(it);
    for (let i = 0; i < 50; i++) decide(it, "resolved");
    await idle(it);
    expect(it.fake.world.decisions.map((event) => event.feedback)).toEqual(before.slice(0, 50));
  });

  test("are taken back one by one, and made again, to where one was each time", async () => {
    const it = await bench((name) => (name === "list_feedback" ? 90 : 5));
    const before = ids(it);
    for (let i = 0; i < 50; i++) decide(it, "resolved");
    for (let i = 49; i >= 0; i--) {
      it.triage.undo(1);
      expect(it.place.feedback).toBe(before[i]);
    }
    expect(it.triage.said).toEqual({ what: "taken_back", count: 50 });
    await idle(it);
    expect(ids(it)).toEqual(before);
    expect(it.fake.world.rows.every((row) => row.decision === null)).toBe(true);
    for (let i = 0; i < 50; i++) it.triage.redo(1);
    await idle(it);
    expect(it.place.feedback).toBe(before[50]);
    expect(it.fake.world.rows.filter((row) => row.decision === "resolved")).toHaveLength(50);
    expect(it.inbox.decided.stillShown).toBe(50);
  });
});

test("a decision counts at once and stays shown after a read that knows nothing of it", async () => {
  const it = await bench((name) => (name === "decide" ? 60 : 1));
  const [first, second] = ids(it);
  decide(it, "correct");
  expect(decision(it, first!)).toBe("correct");
  expect(it.place.feedback).toBe(second);
  await it.inbox.refresh();
  expect(decision(it, first!)).toBe("correct");
  await idle(it);
  expect(decision(it, first!)).toBe("correct");
  expect(ids(it)[0]).toBe(first);
  await it.inbox.open(1, "negative_open", {});
  expect(ids(it)[0]).toBe(second);
  expect(it.inbox.decided.stillShown).toBe(0);
});

test("what came in meanwhile stands on top, and what stays shown keeps its place", async () => {
  const it = await bench();
  const before = ids(it);
  it.place.feedback = before[3]!;
  decide(it, "resolved");
  await idle(it);
  const [first] = it.fake.world.rows;
  it.fake.world.rows = [{ ...first!, id: "fb-new" }, ...it.fake.world.rows];
  await it.inbox.refresh();
  expect(ids(it)).toEqual(["fb-new", ...before]);
});

test("deciding moves past what was decided before, and stays at the last one", async () => {
  const it = await bench();
  const before = ids(it);
  it.place.feedback = before[1]!;
  decide(it, "resolved");
  it.place.feedback = before[0]!;
  decide(it, "resolved");
  expect(it.place.feedback).toBe(before[2]);
  it.place.feedback = before.at(-1)!;
  decide(it, "resolved");
  expect(it.place.feedback).toBe(before.at(-1));
  await idle(it);
  expect(it.place.feedback).toBe(before.at(-1));
});

test("a decision that was not kept is taken off the row again, and the rest goes on", async () => {
  const it = await bench(() => 2);
  const [a, b, c] = ids(it);
  it.fake.fail("decide", full);
  decide(it, "resolved");
  decide(it, "resolved");
  await idle(it);
  expect([decision(it, a!), decision(it, b!)]).toEqual([null, null]);
  expect(it.triage.failure).toEqual({ error: full, count: 2, what: "decide" });
  expect(it.triage.said).toBeNull();
  expect(it.place.feedback).toBe(c);
  it.fake.fail("decide", null);
  decide(it, "incorrect");
  await idle(it);
  expect(it.fake.world.decisions.map((event) => event.feedback)).toEqual([c]);
  it.triage.undo(1);
  expect(it.place.feedback).toBe(c);
});

test("a second opinion on the same item is taken back to the first", async () => {
  const it = await bench((name) => (name === "list_feedback" ? 30 : 3));
  const [a] = ids(it);
  decide(it, "resolved");
  it.place.feedback = a!;
  decide(it, "incorrect");
  it.triage.undo(1);
  expect(decision(it, a!)).toBe("resolved");
  await idle(it);
  expect(decision(it, a!)).toBe("resolved");
  expect(ids(it)).toContain(a);
  expect(it.fake.world.rows.find((row) => row.id === a)?.decision).toBe("resolved");
});

test("taking back that fails leaves the decision standing, to be taken back again", async () => {
  const it = await bench();
  const [a] = ids(it);
  decide(it, "resolved");
  await idle(it);
  it.fake.fail("undo_decision", full);
  it.triage.undo(1);
  await idle(it);
  expect(decision(it, a!)).toBe("resolved");
  expect(it.triage.failure?.what).toBe("undo");
  it.fake.fail("undo_decision", null);
  it.triage.undo(1);
  await idle(it);
  expect(decision(it, a!)).toBeNull();
});

test("what was decided before the window opened is taken back, too", async () => {
  const it = await bench();
  const [, , third] = ids(it);
  await it.fake.rpc("decide", { connection: 1, what: { feedback: [third!] }, kind: "resolved" });
  await idle(it);
  expect(ids(it)).not.toContain(third);
  it.triage.undo(1);
  await idle(it);
  expect(it.triage.said).toEqual({ what: "taken_back", count: 1 });
  expect(it.place.feedback).toBe(third);
  expect(ids(it)).toContain(third);
});
