// The server's own page of a run: asked for by a key or the button, and what stands there when it does not open.
import { expect, test, vi } from "vitest";
import { all, click, fake, freshWindows, one, open, press, settle } from "../../app/onScreen";

freshWindows();

/** Leaves the field with that in it. */
async function keep(id: string, text: string): Promise<void> {
  const field = one(id) as HTMLInputElement;
  field.focus();
  field.value = text;
  field.blur();
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
  expect(document.activeElement).toBe(one("pages-url"));
  await keep("pages-url", "flow.acme.example");
  expect(document.body.textContent).toContain("This is not an address.");
  await keep("pages-url", "https://flow.acme.example");
  expect(document.body.textContent).not.toContain("This is not an address.");

  await press("g");
  await press("i");
  rpc.mockClear();
  await click("open-page");
  expect(rpc).toHaveBeenCalledWith("open_run_page", { connection: 1, id: "fb-0300" });
  expect(all("no-page")).toHaveLength(0);
});

test("what was said of one run is gone with the next", async () => {
  await open();
  await press("o");
  expect(all("no-page")).toHaveLength(1);
  await press("j");
  expect(all("no-page")).toHaveLength(0);
});

test("a collector has no pages: there is no button, and the key says why", async () => {
  await open();
  await fake.rpc("select_connection", { connection: 2 });
  fake.emit({ type: "connections" });
  await settle();
  expect(all("open-page")).toHaveLength(0);
  await press("o");
  expect(one("no-page").textContent).toContain("A collector has no pages");
});
