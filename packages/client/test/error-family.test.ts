import { createTokenSource, QBenchAuthError } from "@qbench-sdk/auth";
import type { BadRequestResponse } from "@qbench-sdk/types";
import { afterEach, describe, expect, expectTypeOf, it, vi } from "vitest";
import * as client from "../src/index.js";
import {
  createQBenchClient,
  type ErrorOf,
  isApiError,
  QBenchApiError,
  QBenchConnectionError,
  QBenchFileError,
  QBenchIgnoredFieldsError,
  QBenchInputError,
  QBenchListError,
  QBenchRateLimitError,
  QBenchRenderError,
  QBenchTimeoutError,
  QBenchWriteError,
  unwrap,
} from "../src/index.js";
import { createTestClient } from "./support/laboratory.js";

const call = { method: "GET", path: "/things" };

/** One of each, by the classes of one copy of the package. */
const makeAll = (from: typeof client, Auth: typeof QBenchAuthError): Error[] => [
  new Auth("connection_failed", "no network"),
  new from.QBenchApiError("refused", { status: 400, errors: [] }),
  new from.QBenchConnectionError(call, "connect"),
  new from.QBenchIgnoredFieldsError("things.update", [], []),
  new from.QBenchFileError("connection_failed", "no file"),
  new from.QBenchInputError("no list"),
  new from.QBenchRateLimitError("too many", { status: 429, errors: [] }),
  new from.QBenchListError("/things", 1, { page: 1 }, undefined),
  new from.QBenchRenderError("failed", "no report"),
  new from.QBenchTimeoutError(call, "total", 1000),
  new from.QBenchWriteError("things.create", [], undefined),
];

const classes = [
  QBenchAuthError,
  QBenchApiError,
  QBenchConnectionError,
  QBenchIgnoredFieldsError,
  QBenchFileError,
  QBenchInputError,
  QBenchRateLimitError,
  QBenchListError,
  QBenchRenderError,
  QBenchTimeoutError,
  QBenchWriteError,
];

afterEach(() => {
  vi.resetModules();
});

describe("instanceof and name", () => {
  it("tell the errors of another copy of the package apart", async () => {
    vi.resetModules();
    const copy = await import("../src/index.js");
    expect(copy.QBenchApiError).not.toBe(QBenchApiError);
    // Auth is a package of its own, which resolves to the same copy here; its class is branded by the same function.
    for (const errors of [makeAll(client, QBenchAuthError), makeAll(copy, QBenchAuthError)]) {
      expect(errors.map(error => classes.filter(each => error instanceof each).map(({ name }) => name))).toEqual([
        ["QBenchAuthError"],
        ["QBenchApiError"],
        ["QBenchConnectionError"],
        ["QBenchIgnoredFieldsError"],
        ["QBenchFileError"],
        ["QBenchInputError"],
        ["QBenchApiError", "QBenchRateLimitError"],
        ["QBenchListError"],
        ["QBenchRenderError"],
        ["QBenchTimeoutError"],
        ["QBenchWriteError"],
      ]);
      expect(errors.map(({ name }) => name)).toEqual(classes.map(({ name }) => name));
      for (const error of errors) expect(error).toBeInstanceOf(Error);
    }
    expect(new copy.QBenchInputError("no list")).toBeInstanceOf(TypeError);
  });

  it("tell subclasses of a service apart from their class", () => {
    class Own extends QBenchApiError {}
    class Other extends QBenchApiError {}
    const own: unknown = new Own("mine", { status: 400, errors: [] });
    expect([own instanceof Own, own instanceof QBenchApiError]).toEqual([true, true]);
    expect([own instanceof Other, own instanceof QBenchRateLimitError]).toEqual([false, false]);
    expect((new QBenchApiError("theirs", { status: 400, errors: [] }) as unknown) instanceof Own).toBe(false);
  });

  it("know nothing else", () => {
    for (const other of [undefined, null, "text", 7, {}, new Error("other"), { name: "QBenchApiError" }]) {
      expect(classes.filter(each => other instanceof each)).toEqual([]);
    }
  });

  it("show no brand where an error is shown", () => {
    for (const error of makeAll(client, QBenchAuthError)) {
      expect(Reflect.ownKeys(error).filter(key => typeof key === "symbol")).toEqual([]);
    }
  });
});

describe("an answer 429", () => {
  it("is a QBenchRateLimitError, which says how long to wait by the header or the text", async () => {
    const { client: service, emulator } = createTestClient();
    const text = "ratelimit exceeded 300 per 60 seconds [current count: 301. Retry in 7 seconds]";
    emulator.faults.add({ on: "api", status: 429, body: { error_description: text } });
    const error = await unwrap(service.GET("/qbench/api/v2/teams")).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(QBenchRateLimitError);
    expect(error).toBeInstanceOf(QBenchApiError);
    expect(error).toMatchObject({ name: "QBenchRateLimitError", status: 429, retryAfterMs: 7000 });
  });

  it("to a write means that it was not done, as does a connection that was not made", async () => {
    for (const [failure, state] of [
      [new QBenchConnectionError(call, "connect", "ECONNREFUSED"), "failed"],
      [new QBenchConnectionError(call, "headers", "ECONNRESET"), "unknown"],
      [new QBenchTimeoutError(call, "headers", 30_000), "unknown"],
      [undefined, "failed"],
    ] as const) {
      const tokenSource = createTokenSource({
        baseUrl: "https://lab.example",
        clientId: "id",
        assertion: async () => "a.b.c",
        fetch: async () => Response.json({ access_token: "abc", token_type: "Bearer", expires_in: 3600 }),
      });
      const service = createQBenchClient({
        tokenSource,
        async fetch() {
          if (failure) throw failure;
          return Response.json({}, { status: 429 });
        },
      });
      const orders = [{ customer_account_id: 1 }, { customer_account_id: 2 }];
      const error = await service.orders.create(orders, { chunkSize: 1 }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: "QBenchWriteError", outcomes: [{ state }, { state: "unsent" }] });
    }
  });
});

/** A document of another tenant, which declares more of its errors. */
interface Paths {
  "/things": {
    post: {
      requestBody: { content: { "application/json": { name: string }[] } };
      responses: {
        200: { content: { "application/json": { data: { id: number }[] } } };
        400: {
          content: {
            "application/json": { error_type: "ValidationError"; errors: { index: number; message: string }[] };
          };
        };
        404: { content: { "application/json": { error_type: "NotFoundError" } } };
      };
    };
    get: {
      responses: {
        200: { content: { "application/json": { data: { id: number }[] } } };
        403: { content: { "application/json": { error: string } } };
      };
    };
  };
}

describe("the types of errors", () => {
  const other = createQBenchClient<Paths>({ baseUrl: "https://lab.example", clientId: "id", clientSecret: "secret" });
  const error: unknown = undefined;

  it("are those that the document declares, by instanceof alone", () => {
    if (error instanceof QBenchApiError) {
      expectTypeOf(error).toEqualTypeOf<QBenchApiError>();
      expectTypeOf(error.errors).toEqualTypeOf<readonly BadRequestResponse["errors"][number][]>();
      expectTypeOf(error.type).toEqualTypeOf<string | undefined>();
    }
    if (error instanceof QBenchRateLimitError) expectTypeOf(error).toEqualTypeOf<QBenchRateLimitError>();
    if (error instanceof QBenchTimeoutError) expectTypeOf(error.phase).toEqualTypeOf<"headers" | "body" | "total">();
    if (error instanceof QBenchConnectionError) expectTypeOf(error.requestSent).toEqualTypeOf<boolean>();
  });

  it("are a call's own for a client of another document", () => {
    const create = () => other.POST("/things", { body: [{ name: "one" }] });
    type Create = ReturnType<typeof create>;
    expectTypeOf<ErrorOf<Awaited<Create>>>().toEqualTypeOf<
      { error_type: "ValidationError"; errors: { index: number; message: string }[] } | { error_type: "NotFoundError" }
    >();
    if (isApiError<Create>(error)) {
      expectTypeOf(error.errors).toEqualTypeOf<readonly { index: number; message: string }[]>();
      expectTypeOf(error.type).toEqualTypeOf<"ValidationError" | "NotFoundError" | undefined>();
      expectTypeOf(error).toExtend<Error>();
    }
  });

  it("say no more than the document does", () => {
    const read = () => other.GET("/things");
    if (isApiError<ReturnType<typeof read>>(error)) {
      expectTypeOf(error.errors).toEqualTypeOf<readonly Record<string, unknown>[]>();
      expectTypeOf(error.type).toEqualTypeOf<string | undefined>();
    }
  });

  it("are what isApiError looks for at run time, too", () => {
    const read = () => other.GET("/things");
    expect(isApiError<ReturnType<typeof read>>(new QBenchApiError("refused", { status: 400, errors: [] }))).toBe(true);
    expect(isApiError<ReturnType<typeof read>>(new Error("other"))).toBe(false);
  });

  it("hold objects alone, as the document says, whatever is answered", async () => {
    const { client: service, emulator } = createTestClient();
    emulator.faults.add({
      on: "api",
      status: 400,
      body: { error_type: "ValidationError", errors: ["text", null, { loc: [1] }] },
    });
    const thrown = await unwrap(service.GET("/qbench/api/v2/teams")).catch((caught: unknown) => caught);
    expect(thrown).toMatchObject({ errors: [{ loc: [1] }] });
  });
});
