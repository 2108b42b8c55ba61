import { createTokenSource, QBenchAuthError, QBenchError } from "@qbench-sdk/auth";
import type { BadRequestResponse } from "@qbench-sdk/types";
import { afterEach, describe, expect, expectTypeOf, it, vi } from "vitest";
import * as client from "../src/index.js";
import {
  createQBenchClient,
  isApiError,
  QBenchApiError,
  QBenchConnectionError,
  QBenchFileError,
  QBenchIgnoredFieldsError,
  QBenchInputError,
  QBenchListError,
  QBenchRateLimitError,
  QBenchRenderError,
  QBenchResponseError,
  QBenchTimeoutError,
  QBenchWriteError,
  unwrap,
} from "../src/index.js";
import { QBenchDeliveryError } from "../src/reports/reports.js";
import { createTestClient } from "./support/laboratory.js";

const request = { method: "GET", path: "/things" };

/** Creates one error of each class, with the classes of one copy of the package. */
const createAll = (from: typeof client, Auth: typeof QBenchAuthError): Error[] => [
  new Auth("connection_failed", "The token endpoint could not be reached."),
  new from.QBenchApiError("GET /things failed: 400.", { status: 400, errors: [] }),
  new from.QBenchConnectionError(request, "connect"),
  new from.QBenchIgnoredFieldsError("things.update", [], []),
  new from.QBenchFileError("connection_failed", "The storage could not be reached."),
  new from.QBenchInputError("The list is empty."),
  new from.QBenchRateLimitError("GET /things failed: 429.", { status: 429, errors: [] }),
  new from.QBenchListError("/things", 1, { page: 1 }, undefined),
  new from.QBenchRenderError("failed", "it has no template"),
  new from.QBenchResponseError("The response is not JSON."),
  new from.QBenchTimeoutError(request, "total", 1000),
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
  QBenchResponseError,
  QBenchTimeoutError,
  QBenchWriteError,
];

afterEach(() => {
  vi.resetModules();
});

describe("the error classes", () => {
  it("instanceof recognizes the class of an error from another copy of the package", async () => {
    vi.resetModules();
    const copy = await import("../src/index.js");
    expect(copy.QBenchApiError).not.toBe(QBenchApiError);
    // Both copies of the client use the same copy of the auth package, whose class has the same kind of brand.
    for (const errors of [createAll(client, QBenchAuthError), createAll(copy, QBenchAuthError)]) {
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
        ["QBenchResponseError"],
        ["QBenchTimeoutError"],
        ["QBenchWriteError"],
      ]);
      expect(errors.map(({ name }) => name)).toEqual(classes.map(({ name }) => name));
      for (const error of errors) expect(error).toBeInstanceOf(Error);
    }
    expect(new copy.QBenchInputError("The list is empty.")).toBeInstanceOf(TypeError);
  });

  it("every exported error class extends QBenchError, and instanceof recognizes that across copies", async () => {
    const isErrorClass = (value: unknown) => typeof value === "function" && value.prototype instanceof Error;
    const exported = Object.entries(client).flatMap(([name, value]) => (isErrorClass(value) ? [name] : []));
    const names = classes.map(({ name }) => name).filter(name => name !== "QBenchAuthError");
    expect(exported.toSorted()).toEqual([...names, "QBenchError"].toSorted());

    vi.resetModules();
    const copy = await import("../src/index.js");
    const authCopy = await import("../../auth/src/index.js");
    expect(authCopy.QBenchError).not.toBe(QBenchError);
    for (const error of [...createAll(client, QBenchAuthError), ...createAll(copy, authCopy.QBenchAuthError)]) {
      expect(error).toBeInstanceOf(QBenchError);
      expect(error).toBeInstanceOf(client.QBenchError);
      expect(error).toBeInstanceOf(authCopy.QBenchError);
    }
    expect(new Error("other")).not.toBeInstanceOf(QBenchError);
  });

  it("instanceof recognizes an error of a subpath from another copy of the package", async () => {
    vi.resetModules();
    const copy = await import("../src/reports/reports.js");
    expect(copy.QBenchDeliveryError).not.toBe(QBenchDeliveryError);
    const error: unknown = new copy.QBenchDeliveryError("failed", { steps: [], isUncertain: true }, undefined);
    expect(error).toBeInstanceOf(QBenchDeliveryError);
    expect(error).toBeInstanceOf(QBenchError);
    expect(classes.filter(each => error instanceof each)).toEqual([]);
  });

  it("instanceof distinguishes the subclasses of a service from their class", () => {
    class Own extends QBenchApiError {}
    class Other extends QBenchApiError {}
    const own: unknown = new Own("GET /things failed: 400.", { status: 400, errors: [] });
    expect([own instanceof Own, own instanceof QBenchApiError]).toEqual([true, true]);
    expect([own instanceof Other, own instanceof QBenchRateLimitError]).toEqual([false, false]);
    expect(
      (new QBenchApiError("GET /things failed: 400.", { status: 400, errors: [] }) as unknown) instanceof Own,
    ).toBe(false);
  });

  it("instanceof rejects other values and errors", () => {
    for (const other of [undefined, null, "text", 7, {}, new Error("other"), { name: "QBenchApiError" }]) {
      expect(classes.filter(each => other instanceof each)).toEqual([]);
    }
  });

  it("an error has no own property for its brand", () => {
    for (const error of createAll(client, QBenchAuthError)) {
      expect(Reflect.ownKeys(error).filter(key => typeof key === "symbol")).toEqual([]);
    }
  });
});

describe("an error without an executed request", () => {
  it("a 429 becomes a QBenchRateLimitError with the delay from its header or text", async () => {
    const { client: service, emulator } = createTestClient();
    const text = "ratelimit exceeded 300 per 60 seconds [current count: 301. Retry in 7 seconds]";
    emulator.faults.add({ on: "api", status: 429, body: { error_description: text } });
    const error = await unwrap(service.GET("/qbench/api/v2/teams")).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(QBenchRateLimitError);
    expect(error).toBeInstanceOf(QBenchApiError);
    expect(error).toMatchObject({ name: "QBenchRateLimitError", status: 429, retryAfterMs: 7000 });
  });

  it("a write is reported as failed after a 429 or without a connection, and otherwise as unknown", async () => {
    for (const [failure, state] of [
      [new QBenchConnectionError(request, "connect", "ECONNREFUSED"), "failed"],
      [new QBenchConnectionError(request, "headers", "ECONNRESET"), "unknown"],
      [new QBenchTimeoutError(request, "attempt", 90_000), "unknown"],
      [new QBenchTimeoutError(request, "total", 600_000, false), "failed"],
      [new QBenchInputError("fetch: accepts only Requests of its own package"), "failed"],
      [undefined, "failed"],
    ] as const) {
      const tokenSource = createTokenSource({
        baseUrl: "https://lab.example",
        clientId: "id",
        assertion: async () => "a.b.c",
        fetch: async () => Response.json({ access_token: "abc", token_type: "Bearer", expires_in: 3600 }),
      });
      let sent = 0;
      const service = createQBenchClient({
        tokenSource,
        retry: false,
        async fetch() {
          if (++sent === 1) return Response.json({ data: [{ id: 1, customer_account_id: 1 }] });
          if (failure) throw failure;
          return Response.json({}, { status: 429 });
        },
      });
      const orders = [1, 2, 3].map(customer_account_id => ({ customer_account_id }));
      const error = await service.orders.create(orders, { chunkSize: 1 }).catch((thrown: unknown) => thrown);
      const states = (error as QBenchWriteError).outcomes.map(outcome => outcome.state);
      expect(states).toEqual(["written", state, "unsent"]);
    }
  });
});

/** The paths of another document, which declares more about its errors. */
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

const table = {
  things: {
    create: { method: "POST", path: "/things", returns: "data" },
    list: { method: "GET", path: "/things" },
  },
} as const;

describe("the types of errors", () => {
  const { client: first } = createTestClient();
  const other = createQBenchClient<Paths, typeof table>({
    baseUrl: "https://lab.example",
    clientId: "id",
    clientSecret: "secret",
    resources: table,
  });
  const error: unknown = undefined;

  it("instanceof gives an error the types of the first document", () => {
    if (error instanceof QBenchApiError) {
      expectTypeOf(error).toEqualTypeOf<QBenchApiError>();
      expectTypeOf(error.errors).toEqualTypeOf<readonly BadRequestResponse["errors"][number][]>();
      expectTypeOf(error.type).toEqualTypeOf<string | undefined>();
    }
    if (error instanceof QBenchRateLimitError) expectTypeOf(error).toEqualTypeOf<QBenchRateLimitError>();
    if (error instanceof QBenchTimeoutError) expectTypeOf(error.phase).toEqualTypeOf<"attempt" | "total">();
    if (error instanceof QBenchConnectionError) expectTypeOf(error.requestSent).toEqualTypeOf<boolean>();
  });

  it("isApiError gives an error the types that the document declares for the method", () => {
    if (isApiError(error, other.things.create)) {
      expectTypeOf(error.errors).toEqualTypeOf<readonly { index: number; message: string }[]>();
      expectTypeOf(error.type).toEqualTypeOf<"ValidationError" | "NotFoundError" | undefined>();
      expectTypeOf(error).toExtend<Error>();
    }
  });

  it("isApiError gives general types if the document declares nothing more", () => {
    if (isApiError(error, other.things.list)) {
      expectTypeOf(error.errors).toEqualTypeOf<readonly Record<string, unknown>[]>();
      expectTypeOf(error.type).toEqualTypeOf<string | undefined>();
    }
    if (isApiError(error, first.orders.create)) expectTypeOf(error).toEqualTypeOf<QBenchApiError>();
  });

  it("isApiError accepts the error of a method's own request only", async () => {
    const { client } = createTestClient();
    const caught: unknown = await client.orders.get(999).catch((thrown: unknown) => thrown);
    expect(isApiError(caught, client.orders.get)).toBe(true);
    expect(isApiError(caught, client.orders.delete)).toBe(false);
    expect(isApiError(caught, client.orders.list)).toBe(false);
    expect(isApiError(caught, client.customers.get)).toBe(false);
    expect(isApiError(caught, () => undefined)).toBe(false);
    expect(isApiError(new Error("other"), client.orders.get)).toBe(false);
    expect(isApiError(new QBenchApiError("failed", { status: 400, errors: [] }), client.orders.get)).toBe(false);
  });

  it("isApiError distinguishes a path from one that has a parameter in the same position", async () => {
    const reports = {
      reports: {
        publish: { method: "POST", path: "/reports/publish" },
        send: { method: "POST", path: "/reports/{report_id}" },
      },
    } as const;
    const failing = createQBenchClient<object, typeof reports>({
      baseUrl: "https://reports.example",
      clientId: "id",
      clientSecret: "secret",
      resources: reports,
      retry: false,
      fetch: async ({ url }) =>
        url.includes("/auth/")
          ? Response.json({ access_token: "abc", token_type: "Bearer", expires_in: 3600 })
          : Response.json({}, { status: 400 }),
    });
    const { publish, send } = failing.reports as unknown as Record<
      "publish" | "send",
      (...args: unknown[]) => Promise<unknown>
    >;
    const published: unknown = await publish().catch((thrown: unknown) => thrown);
    expect([isApiError(published, publish), isApiError(published, send)]).toEqual([true, false]);
    const sent: unknown = await send(7).catch((thrown: unknown) => thrown);
    expect([isApiError(sent, publish), isApiError(sent, send)]).toEqual([false, true]);
  });

  it("isApiError accepts the cause of a failed write in several requests", async () => {
    const { client } = createTestClient();
    const orders = [{ customer_account_id: 999 }, { customer_account_id: 1 }];
    const write = client.orders.create(orders, { chunkSize: 1 });
    const caught: unknown = await write.catch((thrown: unknown) => thrown);
    expect(caught).toBeInstanceOf(QBenchWriteError);
    expect(isApiError((caught as QBenchWriteError).cause, client.orders.create)).toBe(true);
  });

  it("errors contains objects only, whatever the response contains", async () => {
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
