import { afterEach, expect, test, vi } from "vitest";
import { QBenchAuthError } from "../src/errors/auth-error.js";

afterEach(() => {
  vi.resetModules();
});

test("an error of another copy of the package is an instance of QBenchAuthError, and other values are not", async () => {
  vi.resetModules();
  const copy = await import("../src/errors/auth-error.js");
  expect(copy.QBenchAuthError).not.toBe(QBenchAuthError);
  expect(new copy.QBenchAuthError("connection_failed", "no network")).toBeInstanceOf(QBenchAuthError);
  expect(new QBenchAuthError("connection_failed", "no network")).toBeInstanceOf(copy.QBenchAuthError);
  for (const other of [new Error("other"), { name: "QBenchAuthError" }, undefined, "text"]) {
    expect(other instanceof QBenchAuthError).toBe(false);
  }
});

test("an error of a subclass is an instance of QBenchAuthError, but not the other way round", () => {
  class Own extends QBenchAuthError {}
  expect(new Own("connection_failed", "mine")).toBeInstanceOf(QBenchAuthError);
  expect(new QBenchAuthError("connection_failed", "theirs")).not.toBeInstanceOf(Own);
});
