// Saved views in the whole window: kept from the filter, listed among the mailboxes, opened, given up.
import { beforeEach, expect, test, vi } from "vitest";
import { makeFake } from "../backend/fake";
import { Router } from "../shared/router.svelte";
import { all, click, fake, freshWindows, NOW, one, open, settle, type } from "./onScreen";
import { Views } from "./views.svelte";
import type { ErrorView } from "../backend/bindings";

freshWindows();
beforeEach(() => open());

async function saved(name: string): Promise<void> {
  await click("mailbox-everything");
  await type("filter-text", "agent:refund-check");
  await click("save-view");
  await type("name", name);
  one("name").closest("form")?.requestSubmit();
  await settle();
}

/** Its menu opens by the key; then the entry of this name is taken. */
async function choose(entry: string): Promise<void> {
  const menu = one("view-menu");
  menu.focus();
  menu.dispatchEvent(
    new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }),
  );
  await vi.waitFor(() => one(entry));
  await click(entry);
}

const FULL: ErrorView = {
  code: "other",
  title: "The disk is full",
  meaning: "Nothing was changed.",
  action: "Make room.",
  detail: null,
  retry: false,
};

test("a filter is kept under a name that one can type at once, and opened again", async () => {
  await click("mailbox-everything");
  one("filter-text").focus();
  await type("filter-text", "agent:refund-check");
  await click("save-view");
  await vi.waitFor(() => expect(document.activeElement).toBe(one("name")));
  await type("name", "Refunds");
  one("name").closest("form")?.requestSubmit();
  await settle();
  expect(one("view").textContent).toContain("Refunds");
  expect(one("view").getAttribute("aria-current")).toBe("page");
  await click("mailbox-negative_open");
  expect((one("filter-text") as HTMLInputElement).value).toBe("");
  await click("view");
  expect((one("filter-text") as HTMLInputElement).value).toBe("agent:refund-check");
  expect(one("view").getAttribute("aria-current")).toBe("page");
});

test("a view that cannot be deleted stays, and says why until that is read", async () => {
  await saved("Refunds");
  fake.fail("delete_view", FULL);
  await choose("view-delete");
  expect(all("view")).toHaveLength(1);
  expect(document.body.textContent).toContain("Nothing was changed. Make room.");
  await click("view-error-read");
  expect(document.body.textContent).not.toContain("Nothing was changed");
});

test("a deleted view that cannot be brought back yet can be later", async () => {
  await saved("Refunds");
  await choose("view-delete");
  expect(all("view")).toHaveLength(0);
  fake.fail("save_view", FULL);
  await click("view-bring-back");
  expect(document.body.textContent).toContain("The disk is full");
  fake.fail("save_view", null);
  await click("view-bring-back");
  expect(one("view").textContent).toContain("Refunds");
  expect(all("view-bring-back")).toHaveLength(0);
  expect(document.body.textContent).not.toContain("The disk is full");
});

test("a name that is refused is said in the dialog, which stays with it", async () => {
  await saved("Refunds");
  fake.fail("rename_view", { ...FULL, title: "There is a view of this name" });
  await choose("view-rename");
  await vi.waitFor(() => one("name"));
  expect((one("name") as HTMLInputElement).value).toBe("Refunds");
  await type("name", "Other");
  one("name").closest("form")?.requestSubmit();
  await settle();
  expect(one("name").closest("form")?.textContent).toContain("There is a view of this name");
  fake.fail("rename_view", null);
  one("name").closest("form")?.requestSubmit();
  await settle();
  expect(one("view").textContent).toContain("Other");
});

test("what was deleted on one connection is not brought back on another", async () => {
  const core = makeFake(NOW);
  const views = new Views(core, new Router());
  await views.read(1);
  const made = { connection: 1, name: "Mine", mailbox: "everything", text: "" } as const;
  await views.remove(1, await core.rpc("save_view", made));
  await views.read(1);
  expect(views.gone?.view.name).toBe("Mine");
  await views.read(2);
  expect(views.gone).toBeNull();
});
