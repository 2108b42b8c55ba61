import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { QBenchInputError, QBenchResponseError } from "../../src/index.js";
import { createBareClient, transport } from "../support/transport.js";

const body = '{"data":{"id":1}}';
const request = (method = "GET") => new Request("https://lab.example/qbench/api/v2/orders/1", { method });

/** Wraps a fetch that returns any value, as those of programs can. */
const returning = (value: unknown) => vi.fn(async () => value as Response);

/** What a program can return in place of a Response. It has the members that are read, and no others. */
const handMade = (status: number, text = body) => ({
  status,
  ok: status < 300,
  headers: new Headers({ "Content-Type": "application/json" }),
  text: async () => text,
});

async function readResponse(read: (response: Response) => unknown, status = 200): Promise<Response> {
  const response = new Response(body, { status });
  await read(response);
  return response;
}

const errorOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    value => ({ value }),
    (error: unknown) => error,
  );

describe("the transport with a fetch that returns no readable response", () => {
  it.each<[string, unknown]>([
    ["undefined", undefined],
    ["null", null],
    ["a text", body],
    ["a number", 200],
    ["an empty object", {}],
    ["an object with a status", { status: 200 }],
    ["an object with a status and json()", { ok: true, status: 200, json: async () => ({}) }],
    ["an object whose headers are a record", { ...handMade(200), headers: {} }],
    ["an object whose status is a text", { ...handMade(200), status: "200" }],
    ["an error object without headers", { ok: false, status: 503, text: async () => "" }],
  ])("the client fails the call if fetch returns %s, and does not send it again", async (_, value) => {
    const fetch = returning(value);
    const error = await errorOf(transport(fetch)(request()));
    expect(error).toBeInstanceOf(QBenchResponseError);
    expect(String(error)).toContain(
      "GET /qbench/api/v2/orders/1 failed: the option fetch did not return a readable Response. It is safe",
    );
    expect(fetch).toHaveBeenCalledOnce();
  });

  it.each<[string, (response: Response) => unknown]>([
    ["has read", response => response.text()],
    ["has locked", response => response.body?.getReader()],
    ["has cancelled", response => response.body?.cancel()],
  ])("the client fails the call if fetch %s the body, and does not send it again", async (_, read) => {
    const fetch = vi.fn(() => readResponse(read));
    const error = await errorOf(transport(fetch)(request("DELETE")));
    expect(error).toBeInstanceOf(QBenchResponseError);
    expect(String(error)).toContain("has read the body of its response. Let it read a clone.");
    expect(String(error)).toContain("QBench may have executed the request");
    expect(fetch).toHaveBeenCalledOnce();
  });

  it("the client returns an error response whose body fetch has read, without the body", async () => {
    for (const read of [(each: Response) => each.text(), (each: Response) => each.body?.getReader()]) {
      const response = await transport(() => readResponse(read, 404))(request());
      expect([response.status, await response.text()]).toEqual([404, ""]);
    }
  });

  it("the client fails the call at 512 MiB of a body without an end, and cancels the rest", async () => {
    const chunk = new Uint8Array(2 ** 25);
    const cancel = vi.fn();
    const pull = vi.fn((controller: ReadableStreamDefaultController) => controller.enqueue(chunk));
    const body = new ReadableStream({ pull, cancel }, { highWaterMark: 0 });
    const fetch = vi.fn(async () => new Response(body));
    const error = await errorOf(transport(fetch)(request()));
    expect(error).toBeInstanceOf(QBenchResponseError);
    expect(String(error)).toContain("The response has more than 512 MiB.");
    expect(pull.mock.calls.length).toBeLessThan(20);
    expect(cancel).toHaveBeenCalledOnce();
    expect(fetch).toHaveBeenCalledOnce();
  });

  it("the client fails the call if the chunks of a body are not bytes", async () => {
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(body);
        controller.close();
      },
    });
    const fetch = vi.fn(async () => new Response(stream));
    await expect(transport(fetch)(request())).rejects.toThrow(QBenchResponseError);
    expect(fetch).toHaveBeenCalledOnce();
  });

  it("the client fails the call if fetch rejects without an error", async () => {
    const fetch = vi.fn(() => Promise.reject(undefined));
    await expect(transport(fetch)(request())).rejects.toThrow("the option fetch failed without an error");
    expect(fetch).toHaveBeenCalledOnce();
  });

  it("the client ends each call, whatever fetch returns", async () => {
    const member = fc.oneof(
      fc.anything(),
      fc.constant(new Headers()),
      fc.constant(async () => body),
    );
    const value = fc.oneof(
      fc.anything(),
      fc.record(
        {
          status: fc.oneof(fc.nat(999), member),
          ok: member,
          headers: member,
          text: member,
          body: member,
          clone: member,
        },
        { requiredKeys: [] },
      ),
    );
    await fc.assert(
      fc.asyncProperty(value, async value => {
        const outcome = await errorOf(transport(returning(value), { retry: false })(request()));
        expect(outcome).toBeTypeOf("object");
      }),
    );
  });
});

describe("the transport with a response that a program made", () => {
  it("the client reads an object that has the members of a response", async () => {
    const client = createBareClient(async () => handMade(200) as Response, { retry: false });
    expect(await client.orders.get(1)).toEqual({ id: 1 });
  });

  it.each([401, 404, 429, 503])("the client reads an error that a program made: %i", async status => {
    const fetch = async () => handMade(status, '{"error":"mine"}') as Response;
    const client = createBareClient(fetch, { retry: false });
    await expect(client.orders.get(1)).rejects.toMatchObject({ status });
  });

  it("the client reads a frozen object", async () => {
    const client = createBareClient(async () => Object.freeze(handMade(200)) as Response, { retry: false });
    expect(await client.orders.get(1)).toEqual({ id: 1 });
  });

  it("the client reads a frozen response, or fails the call if its implementation cannot", async () => {
    const client = createBareClient(async () => Object.freeze(Response.json({ data: { id: 1 } })), { retry: false });
    const outcome = await client.orders.get(1).catch((error: unknown) => error);
    if (!(outcome instanceof QBenchResponseError)) expect(outcome).toEqual({ id: 1 });
    const frozen = Object.defineProperty(Response.json({}), "body", {
      get() {
        throw new TypeError("Cannot delete property");
      },
    });
    await expect(createBareClient(async () => frozen, { retry: false }).orders.get(1)).rejects.toThrow(
      QBenchResponseError,
    );
  });

  it("the client replays a rejected request, and reads the hand-made response of the replay", async () => {
    let calls = 0;
    const fetch = async () => handMade(calls++ === 0 ? 401 : 200) as Response;
    const client = createBareClient(fetch, { retry: false });
    expect(await client.orders.get(1)).toEqual({ id: 1 });
    expect(calls).toBe(2);
  });
});

describe("the transport with a fetch that throws", () => {
  it.each<[string, unknown]>([
    ["a TypeError", new TypeError("mine")],
    ["a TypeError of the engine", new TypeError("Cannot read properties of undefined (reading 'id')")],
    ["an error about a file", Object.assign(new Error("no such file"), { code: "ENOENT", syscall: "open" })],
    [
      "an error of a request body",
      new TypeError("fetch failed", { cause: new Error("the stream of the program failed") }),
    ],
    ["an object", { reason: "mine" }],
  ])("the client passes on %s of a program, and does not send the request again", async (_, thrown) => {
    for (const method of ["GET", "POST"]) {
      const fetch = vi.fn(() => Promise.reject(thrown));
      expect(await errorOf(transport(fetch)(request(method)))).toBe(thrown);
      expect(fetch).toHaveBeenCalledOnce();
    }
  });

  it.each<[string, object]>([
    ["undici", new TypeError("Failed to parse URL from [object Request]", { cause: new TypeError("Invalid URL") })],
    [
      "node-fetch 3",
      Object.assign(new TypeError("Invalid URL"), { code: "ERR_INVALID_URL", input: "[object Request]" }),
    ],
    ["node-fetch 2", new TypeError("Only absolute URLs are supported")],
  ])("the client explains how to wrap the fetch of %s, which accepts only requests of its own", async (_, thrown) => {
    const fetch = vi.fn(() => Promise.reject(thrown));
    const error = await errorOf(transport(fetch)(request()));
    expect(error).toBeInstanceOf(QBenchInputError);
    expect(String(error)).toContain("Wrap it: (request, init) =>");
    expect(fetch).toHaveBeenCalledOnce();
  });

  it("the client recognizes failures of the network in another realm, whose errors are not instances of Error", async () => {
    const cause = { name: "Error", message: "connect ECONNREFUSED ::1:1", code: "ECONNREFUSED", syscall: "connect" };
    const fetch = vi.fn(() => Promise.reject({ name: "TypeError", message: "fetch failed", cause }));
    const error = await errorOf(transport(fetch, { retry: false })(request("DELETE")));
    expect(error).toMatchObject({ name: "QBenchConnectionError", requestSent: false, code: "ECONNREFUSED" });
  });
});
