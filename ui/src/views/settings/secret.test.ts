// A key or token is in its form only while it is typed.

import { expect, test } from "vitest";
import { makeFake } from "../../backend/fake";
import { SecretForm } from "./secret.svelte";

const NOW = Date.UTC(2026, 10, 23, 12);

test("the key is forgotten before the core answers", async () => {
  const form = new SecretForm(makeFake(NOW), "key");
  form.text = "wai-3f9c0d6e";
  const sending = form.send(1);
  expect(form.text).toBe("");
  expect(await sending).toBe(true);
  expect(form.accepted).toBe(true);
});

test("a refused key is forgotten too, and the refusal is shown", async () => {
  const form = new SecretForm(makeFake(NOW), "key");
  form.text = "wrong";
  expect(await form.send(1)).toBe(false);
  expect(form.text).toBe("");
  expect(form.error?.code).toBe("key_refused");
});

test("a user token goes its own way, and a key in its place is told apart", async () => {
  const fake = makeFake(NOW);
  const form = new SecretForm(fake, "token");
  form.text = "wai-3f9c0d6e";
  expect(await form.send(1)).toBe(false);
  expect(form.error?.title).toContain("This is an API key");
  form.text = "header.claims.signature";
  expect(await form.send(1)).toBe(true);
  expect(fake.calls).toEqual(["set_user_token", "set_user_token"]);
  expect(fake.world.state.connections[0]?.decisions.user_token).toBe(true);
});

test("nothing typed is not sent", async () => {
  const fake = makeFake(NOW);
  const form = new SecretForm(fake, "key");
  form.text = "  ";
  expect(await form.send(1)).toBe(false);
  expect(fake.calls).not.toContain("set_key");
});
