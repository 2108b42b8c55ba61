import { QBenchInputError, QBenchListError, QBenchResponseError } from "@qbench-sdk/client";
import { expect, it } from "vitest";
import { describeError } from "../src/describe-error.ts";

it("describes an error of QBench in one line", () => {
  const cause = new QBenchResponseError("The list changed during every attempt.");
  expect(describeError(new QBenchListError("/tests", 50, { page: 2 }, cause))).toMatch(/^QBenchListError: [^\n]+$/);
});

it("throws an error that shows a mistake in the program", () => {
  for (const error of [new QBenchInputError("The list is empty."), new TypeError("x is not a function")]) {
    expect(() => describeError(error)).toThrow(error);
  }
});
