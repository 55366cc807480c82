// The form to connect: it never keeps the key, and says exactly what was chosen.

import { describe, expect, test } from "vitest";
import type { Backend, Request } from "../../backend/backend";
import type { Commands, Connect, ErrorView } from "../../backend/bindings";
import { makeFake } from "../../backend/fake";
import { ConnectForm } from "./connect.svelte";

const NOW = Date.UTC(2026, 10, 23, 12);
const KEY = "wai-3f9c0d6e";

function filled(backend: Backend): ConnectForm {
  const form = new ConnectForm(backend);
  form.url = "https://feedback.acme-outdoor.example";
  form.key = KEY;
  return form;
}

/** A core that remembers what it was asked to connect to. */
function recording(): { backend: Backend; asked: Connect[] } {
  const fake = makeFake(NOW);
  const asked: Connect[] = [];
  const backend: Backend = {
    ...fake,
    rpc: <N extends keyof Commands>(name: N, request: Request<N>) => {
      if (name === "connect") asked.push({ ...(request as Connect) });
      return fake.rpc(name, request);
    },
  };
  return { backend, asked };
}

describe("the key", () => {
  test("is sent once and gone from the form when connecting ends", async () => {
    const { backend, asked } = recording();
    const form = filled(backend);
    expect(await form.connect()).not.toBeNull();
    expect(asked.map((request) => request.key)).toEqual([KEY]);
    expect(JSON.stringify({ ...form, key: form.key, tested: form.tested })).not.toContain(KEY);
    expect(form.key).toBe("");
  });

  test("is gone while the core is still busy connecting", async () => {
    const { backend } = recording();
    const form = filled(backend);
    await form.test();
    const connecting = form.connect();
    expect(form.key).toBe("");
    await connecting;
  });

  test("is gone after a connect that failed", async () => {
    const fake = makeFake(NOW);
    const offline: ErrorView = {
      code: "offline",
      title: "The server does not answer.",
      meaning: "Nothing was changed.",
      action: "Try again later.",
      detail: null,
      retry: true,
    };
    fake.fail("connect", offline);
    const form = filled(fake);
    expect(await form.connect()).toBeNull();
    expect(form.key).toBe("");
    // Not the words of a connection that one already has.
    expect(form.error).toMatchObject({ code: "offline", title: offline.title, meaning: "" });
    expect(form.error?.action).toBe("Look at the address, and whether the server runs.");
  });

  test("is gone when the form is left", () => {
    const form = filled(makeFake(NOW));
    form.forget();
    expect(form.key).toBe("");
  });
});

describe("what is asked for", () => {
  test("all agents are sent as none named, so later ones come too", async () => {
    const { backend, asked } = recording();
    await filled(backend).connect();
    expect(asked[0]).not.toHaveProperty("agents");
    expect(asked[0]).not.toHaveProperty("tenant");
    expect(asked[0]?.name).toBe("Acme");
  });

  test("without one agent the others are named", async () => {
    const { backend, asked } = recording();
    const form = filled(backend);
    await form.test();
    form.toggle("support-chat");
    await form.connect();
    expect(asked[0]?.agents).not.toContain("support-chat");
    expect(asked[0]?.agents).toContain("refund-check");
  });

  test("no agent at all cannot be connected to", async () => {
    const form = filled(makeFake(NOW));
    await form.test();
    form.tested?.agents.forEach((agent) => form.toggle(agent.id));
    expect(form.ready).toBe(false);
    expect(await form.connect()).toBeNull();
  });

  test("another address makes the test void", async () => {
    const form = filled(makeFake(NOW));
    await form.test();
    form.changed();
    expect(form.tested).toBeNull();
  });

  test("plain http is offered only after the core has refused it, and then goes through", async () => {
    const form = filled(makeFake(NOW));
    form.url = "http://feedback.acme-outdoor.example";
    expect(form.plainHttpRefused).toBe(false);
    expect(await form.test()).toBe(false);
    expect(form.plainHttpRefused).toBe(true);
    form.allowPlainHttp = true;
    expect(await form.test()).toBe(true);
  });
});
