// The server's own page of a run: asked for by a key or the button, and what stands there when it does not open.
import { describe, expect, test, vi } from "vitest";
import { makeFake } from "../../backend/fake";
import type { RunStateView } from "../../backend/bindings";
import { all, click, fake, freshWindows, NOW, one, open, press, settle } from "../../app/onScreen";

freshWindows();

const pages = () => one("pages-url") as HTMLInputElement;
async function write(text: string): Promise<void> {
  pages().focus();
  pages().value = text;
  await settle();
}
async function key(name: string, more: KeyboardEventInit = {}): Promise<void> {
  const event = new KeyboardEvent("keydown", { key: name, bubbles: true, ...more });
  pages().dispatchEvent(event);
  await settle();
}

test("a page whose place is not known is asked for in Settings, and opens from then on", async () => {
  await open();
  const rpc = vi.spyOn(fake, "rpc");
  await press("o");
  expect(rpc).toHaveBeenCalledWith("open_run_page", { connection: 1, id: "fb-0300" });
  expect(one("no-page").textContent).toContain("workflowai.com");

  one("no-page").querySelector("button")?.click();
  await settle();
  expect(document.activeElement).toBe(pages());
  await write("https://flow.acme.example");
  await key("Enter");

  await press("g");
  await press("i");
  rpc.mockClear();
  await click("open-page");
  expect(rpc).toHaveBeenCalledWith("open_run_page", { connection: 1, id: "fb-0300" });
  expect(all("no-page")).toHaveLength(0);
});

test("one page is opened, however often one asks while the browser starts", async () => {
  const slow = makeFake(NOW);
  const asked: string[] = [];
  let started = () => {};
  const { rpc } = slow;
  slow.rpc = async (name, request) => {
    if (name !== "open_run_page") return await rpc(name, request);
    asked.push(name);
    await new Promise<void>((resolve) => (started = resolve));
    return await rpc(name, request);
  };
  await open(slow);
  await press("o");
  await press("o");
  expect(asked).toHaveLength(1);
  expect(document.body.textContent).toContain("Opening…");

  // What is said of it then is not said of the next run.
  await press("j");
  started();
  await settle();
  expect(all("no-page")).toHaveLength(0);
  await press("k");
  expect(document.body.textContent).not.toContain("Opening…");
});

test("a run that is not here says so until it is", async () => {
  const core = makeFake(NOW);
  const [row] = core.world.rows;
  const run = row?.run ?? "";
  const here = core.world.runs.get(run);
  const waiting: RunStateView = { state: "waiting" };
  core.world.runs.set(run, waiting);
  core.world.state.connections.forEach((one) => (one.sync.offline_since_ms = NOW));
  await open(core);
  await press("o");
  expect(one("no-page").textContent).toContain("not on this machine");
  if (here) core.world.runs.set(run, here);
  else core.world.runs.delete(run);
  core.emit({ type: "data", connection: 1 });
  await settle();
  await vi.waitFor(() => expect(all("no-page")).toHaveLength(0));
});

test("a collector has no pages: there is no button, and the key says why", async () => {
  await open();
  await fake.rpc("select_connection", { connection: 2 });
  fake.emit({ type: "connections" });
  await settle();
  expect(all("open-page")).toHaveLength(0);
  await press("o");
  expect(one("no-page").textContent).toContain("has no pages of its own");
});

describe("the address of the pages", () => {
  const settings = async () => {
    await open();
    await click("nav-settings");
  };

  test("stays to be corrected where it is refused, with the reason, and is sent once", async () => {
    await settings();
    const rpc = vi.spyOn(fake, "rpc");
    await write("flow.acme.example");
    await key("Enter");
    expect(document.activeElement).toBe(pages());
    expect(pages().getAttribute("aria-invalid")).toBe("true");
    const why = document.getElementById(pages().getAttribute("aria-describedby") ?? "");
    expect(why?.textContent).toContain("must begin with https:// or http://");
    pages().blur();
    await settle();
    expect(pages().value).toBe("flow.acme.example");
    expect(rpc.mock.calls.filter(([name]) => name === "set_pages_url")).toHaveLength(1);

    await write("https://flow.acme.example");
    await key("Enter");
    expect(pages().getAttribute("aria-invalid")).toBe("false");
    expect(document.activeElement).not.toBe(pages());
  });

  test("is shown as it is kept", async () => {
    await settings();
    await write(" https://flow.acme.example/ ");
    pages().blur();
    await settle();
    expect(pages().value).toBe("https://flow.acme.example");
    await write("https://flow.acme.example/");
    pages().blur();
    await settle();
    expect(pages().value).toBe("https://flow.acme.example");
  });

  test("is as it was after Esc, and can be taken away", async () => {
    await settings();
    await write("https://flow.acme.example");
    await key("Enter");
    await write("https://other.example");
    await key("Escape");
    expect(pages().value).toBe("https://flow.acme.example");
    await write("");
    await key("Enter");
    expect((await fake.rpc("get_state", {})).connections[0]?.pages_url).toBeNull();
  });

  test("is not kept by the key that ends a composed word, nor wiped", async () => {
    await settings();
    const rpc = vi.spyOn(fake, "rpc");
    await write("https://流れ.example");
    await key("Enter", { isComposing: true });
    await key("Escape", { isComposing: true });
    expect(pages().value).toBe("https://流れ.example");
    expect(rpc.mock.calls.filter(([name]) => name === "set_pages_url")).toHaveLength(0);
  });
});
