// Saved views in the whole window: kept from the filter, listed among the mailboxes, opened, given up.
import { beforeEach, expect, test, vi } from "vitest";
import { click, freshWindows, one, open, settle, type } from "./onScreen";

freshWindows();
beforeEach(() => open());

test("a filter is kept under a name that one can type at once, and opened again", async () => {
  await click("mailbox-everything");
  one("filter-text").focus();
  await type("filter-text", "agent:refund-check");
  await click("save-view");
  await vi.waitFor(() => expect(document.activeElement).toBe(one("view-name")));
  await type("view-name", "Refunds");
  one("view-name").closest("form")?.requestSubmit();
  await settle();
  expect(one("view").textContent).toContain("Refunds");
  expect(one("view").getAttribute("aria-current")).toBe("page");
  await click("mailbox-negative_open");
  expect((one("filter-text") as HTMLInputElement).value).toBe("");
  await click("view");
  expect((one("filter-text") as HTMLInputElement).value).toBe("agent:refund-check");
  expect(one("view").getAttribute("aria-current")).toBe("page");
});
