import { expect, test, vi } from "vitest";
import * as auth from "../src/index.ts";
import { QBenchInputError } from "../src/internal.ts";

const { QBenchAuthError, QBenchError } = auth;

/** Loads a second copy of the package. */
async function loadCopy(): Promise<typeof auth> {
  vi.resetModules();
  return import("../src/index.ts");
}

test("an error of another copy of the package is an instance of QBenchAuthError, and other values are not", async () => {
  const copy = await loadCopy();
  expect(copy.QBenchAuthError).not.toBe(QBenchAuthError);
  expect(new copy.QBenchAuthError("connection_failed", "no network")).toBeInstanceOf(QBenchAuthError);
  expect(new QBenchAuthError("connection_failed", "no network")).toBeInstanceOf(copy.QBenchAuthError);
  const data = JSON.parse('{"constructor":{"qbenchError":"QBenchAuthError"}}');
  const others = [
    new Error("other"),
    { name: "QBenchAuthError" },
    data,
    { constructor: null },
    undefined,
    null,
    "text",
  ];
  for (const other of [...others, Object.create(null)]) {
    expect(other instanceof QBenchAuthError).toBe(false);
    expect(other instanceof QBenchError).toBe(false);
  }
});

test("an error of a subclass is an instance of QBenchAuthError, but not the other way round", () => {
  class Own extends QBenchAuthError {}
  expect(new Own("connection_failed", "mine")).toBeInstanceOf(QBenchAuthError);
  expect(new QBenchAuthError("connection_failed", "theirs")).not.toBeInstanceOf(Own);
});

test("every error class of the package extends QBenchError, and instanceof works across copies", async () => {
  const copy = await loadCopy();
  expect(copy.QBenchError).not.toBe(QBenchError);
  expect(errorClasses(auth)).toEqual([QBenchAuthError, QBenchError]);
  for (const { prototype } of errorClasses(auth)) expect(prototype).toBeInstanceOf(copy.QBenchError);
  for (const { prototype } of errorClasses(copy)) expect(prototype).toBeInstanceOf(QBenchError);
  expect(new copy.QBenchAuthError("closed", "closed")).toBeInstanceOf(QBenchError);
});

test("a QBenchInputError is a TypeError and a QBenchError, across copies", async () => {
  await loadCopy();
  const copy = await import("../src/internal.ts");
  expect(copy.QBenchInputError).not.toBe(QBenchInputError);
  for (const error of [new copy.QBenchInputError("The list is empty."), new QBenchInputError("The list is empty.")]) {
    for (const each of [QBenchInputError, QBenchError, TypeError]) expect(error).toBeInstanceOf(each);
    expect(error).not.toBeInstanceOf(QBenchAuthError);
  }
});

test("an error of a class that extends QBenchError alone is not an instance of QBenchAuthError", () => {
  class Other extends QBenchError {}
  expect(new Other("other")).toBeInstanceOf(QBenchError);
  expect(new Other("other")).not.toBeInstanceOf(QBenchAuthError);
});

const errorClasses = (exports: typeof auth) =>
  Object.values<unknown>(exports).filter(
    (value): value is { prototype: Error } => typeof value === "function" && value.prototype instanceof Error,
  );
