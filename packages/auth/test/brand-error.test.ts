import { afterEach, expect, it, vi } from "vitest";
import { QBenchAuthError } from "../src/errors/auth-error.js";

afterEach(() => {
  vi.resetModules();
});

it("an error of another copy of the package is a QBenchAuthError, and nothing else is", async () => {
  vi.resetModules();
  const copy = await import("../src/errors/auth-error.js");
  expect(copy.QBenchAuthError).not.toBe(QBenchAuthError);
  expect(new copy.QBenchAuthError("connection_failed", "no network")).toBeInstanceOf(QBenchAuthError);
  expect(new QBenchAuthError("connection_failed", "no network")).toBeInstanceOf(copy.QBenchAuthError);
  for (const other of [new Error("other"), { name: "QBenchAuthError" }, undefined, "text"]) {
    expect(other instanceof QBenchAuthError).toBe(false);
  }
});

it("a subclass of a service is told apart from its class", () => {
  class Own extends QBenchAuthError {}
  expect(new Own("connection_failed", "mine")).toBeInstanceOf(QBenchAuthError);
  expect(new QBenchAuthError("connection_failed", "theirs")).not.toBeInstanceOf(Own);
});
