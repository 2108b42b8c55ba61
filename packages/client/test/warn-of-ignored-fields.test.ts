import { afterEach, expect, test, vi } from "vitest";
import { warnOfIgnoredFields } from "../src/writes/warn-of-ignored-fields.js";

afterEach(() => {
  vi.restoreAllMocks();
});

test("a process warns of at most 1000 ignored fields, because a program can take their names from its input", () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const fields = Array.from({ length: 1001 }, (_, index) => `field_${index}`);
  warnOfIgnoredFields("orders.update", [{ id: 1, fields }]);
  expect(warn).toHaveBeenCalledTimes(1000);
});
