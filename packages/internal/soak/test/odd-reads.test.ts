import { QBenchApiError, QBenchListError, QBenchResponseError, QBenchWriteError } from "@qbench-sdk/client";
import { expect, test } from "vitest";
import {
  checkOddCreate,
  checkOddRecord,
  checkOddWait,
  findMissing,
  MAX_REQUESTS,
  readOddList,
} from "../src/odd-reads.ts";

/** Yields records with these ids, and then throws the error, if there is one. */
async function* records(ids: readonly number[], error?: Error): AsyncGenerator<{ id: number }> {
  for (const id of ids) yield { id };
  if (error) throw error;
}

const wrongResponse = new QBenchResponseError("The response is not a page of a list.");
const listError = (rows: number, cause: Error = wrongResponse) =>
  new QBenchListError("/qbench/api/v2/contacts", rows, { page: 1, after: 2 }, cause);
const read = (ids: readonly number[], error?: Error, requests = 3) =>
  readOddList(records(ids, error), 3, () => requests);

test("a read that has all lasting records is complete, whatever else it has", async () => {
  expect(await read([1, 2, 3])).toEqual({ outcome: "complete" });
  expect(await read([3, 9, 1, 2])).toEqual({ outcome: "complete" });
});

test("a read that ends with an error about the response reports the ids that it has read and the cursor", async () => {
  expect(await read([1, 2], listError(2))).toEqual({
    outcome: "error",
    seen: new Set([1, 2]),
    cursor: { page: 1, after: 2 },
  });
  expect(await read([], wrongResponse)).toEqual({ outcome: "error", seen: new Set() });
});

test.each([
  ["loses a record", read([1, 3]), "1 records are missing, from 2"],
  ["loses all records", read([]), "3 records are missing, from 1"],
  ["reads a record twice", read([1, 2, 2, 3]), "the record 2 was read twice"],
  ["reads a record twice and then fails", read([1, 2, 1], listError(3)), "the record 1 was read twice"],
  ["takes too many requests", read([1, 2, 3], undefined, MAX_REQUESTS + 1), "the read took 251 requests"],
  ["takes too many requests and fails", read([1], listError(1), MAX_REQUESTS + 1), "the read took 251 requests"],
  ["ends with an error of the program", read([1], new TypeError("x is not a function")), "ended with TypeError"],
  ["hides an error of the program", read([1], listError(1, new TypeError("x"))), "ended with QBenchListError"],
  ["has no cursor after records", read([1], wrongResponse), "the error has no cursor"],
  ["miscounts its records", read([1, 2], listError(1)), "the error counts 1 of 2 records"],
])("a read that %s is a problem", async (_, result, problem) => {
  expect(await result).toEqual({ problem: expect.stringContaining(problem) });
});

test("the records of a read and of the one that continued it must be all lasting ones", () => {
  expect(findMissing(new Set([3, 1, 2, 7]), 3)).toBeUndefined();
  expect(findMissing(new Set([1, 2]), 3)).toEqual({ problem: "1 records are missing, from 3" });
});

test("a call that gets no record must fail with an error about the response", async () => {
  expect(await checkOddRecord(Promise.reject(wrongResponse))).toBeUndefined();
  const apiError = new QBenchApiError("locked", { status: 200, errors: [] });
  expect(await checkOddRecord(Promise.reject(apiError))).toBeUndefined();
  expect(await checkOddRecord(Promise.resolve(undefined))).toBe("the call resolved to undefined");
  expect(await checkOddRecord(Promise.resolve([{ id: 1 }]))).toBe('the call resolved to [{"id":1}]');
  expect(await checkOddRecord(Promise.reject(new TypeError("x")))).toBe("the call failed with TypeError: x");
});

test("the client must wait for the second that the server asks for, and at most one more", () => {
  expect(checkOddWait({ status: 522, waitMs: 1000 })).toBeUndefined();
  expect(checkOddWait({ status: 524, waitMs: 2000 })).toBeUndefined();
  // A client that judges the date by its own clock adds its random time only, or waits for years.
  expect(checkOddWait({ status: 524, waitMs: 400 })).toBe("the client waits 400 ms after a 524 that asks for 1 s");
  expect(checkOddWait({ status: 524, waitMs: 2 ** 31 })).toContain("asks for 1 s");
});

test("the records of a response that lacks some may count as written or unknown only", () => {
  const error = (...states: ("written" | "unknown" | "failed" | "unsent")[]) =>
    new QBenchWriteError(
      "contacts.create",
      states.map((state, i) => ({ state, start: i * 2, count: 2, records: [], error: wrongResponse })),
      wrongResponse,
    );
  expect(checkOddCreate(error("unknown", "unsent"), 2)).toBeUndefined();
  expect(checkOddCreate(error("written", "unknown"), 4)).toBeUndefined();
  expect(checkOddCreate(error("failed", "unsent"), 2)).toBe("created records count as failed");
  expect(checkOddCreate(error("unknown", "unsent"), 4)).toBe("created records count as unsent");
  expect(checkOddCreate(error("unknown"), 4)).toBe("the outcomes of the first request have 2 of 4 records");
  expect(checkOddCreate(wrongResponse, 2)).toContain("the write failed with QBenchResponseError");
  expect(checkOddCreate(new Error("it resolved to 5 of 6 records"), 2)).toContain("it resolved to 5 of 6 records");
});
