// A key is in the form only while it is typed.

import { expect, test } from "vitest";
import { makeFake } from "../../backend/fake";
import { KeyForm } from "./key.svelte";

const NOW = Date.UTC(2026, 10, 23, 12);

test("the key is forgotten before the core answers", async () => {
  const form = new KeyForm(makeFake(NOW));
  form.key = "wai-3f9c0d6e";
  const sending = form.send(1);
  expect(form.key).toBe("");
  expect(await sending).toBe(true);
  expect(form.accepted).toBe(true);
});

test("a refused key is forgotten too, and the refusal is shown", async () => {
  const form = new KeyForm(makeFake(NOW));
  form.key = "wrong";
  expect(await form.send(1)).toBe(false);
  expect(form.key).toBe("");
  expect(form.error?.code).toBe("key_refused");
});

test("an empty key is not sent", async () => {
  const fake = makeFake(NOW);
  const form = new KeyForm(fake);
  form.key = "  ";
  expect(await form.send(1)).toBe(false);
  expect(fake.calls).not.toContain("set_key");
});
