import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.restoreAllMocks();
  vi.resetModules();
});

test("a process warns of at most 1000 ignored fields, because a program can take their names from its input", async () => {
  // Other tests share the process, so this one counts with its own copy of the module.
  vi.resetModules();
  const { warnOfIgnoredFields } = await import("../src/writes/warn-of-ignored-fields.js");
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const fields = Array.from({ length: 1001 }, (_, index) => `field_${index}`);
  warnOfIgnoredFields("orders.update", [{ id: 1, fields }]);
  expect(warn).toHaveBeenCalledTimes(1000);
});
