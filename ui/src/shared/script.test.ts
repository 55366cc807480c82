import { expect, test } from "vitest";
import { scriptOf } from "./script";

test("the writing system is told where the app's fonts lack it", () => {
  expect(scriptOf("返金まで5〜7日")).toBe("ja");
  expect(scriptOf("退款")).toBe("zh");
  expect(scriptOf("배송")).toBe("ko");
  expect(scriptOf("لم يفهم")).toBe("ar");
  expect(scriptOf("Не учли, für, où")).toBeUndefined();
});
