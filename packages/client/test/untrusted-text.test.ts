import { inspect } from "node:util";
import fc from "fast-check";
import { afterEach, expect, it, vi } from "vitest";
import {
  type ClientEvent,
  createQBenchClient,
  parseDate,
  unwrap,
  uploadAttachment,
  waitUntilRendered,
} from "../src/index.js";
import { convertPage } from "../src/lists/convert-page.js";
import { errorOf } from "./support/error-of.js";
import { credentials } from "./support/laboratory.js";

const token = "0b8e1c0a-3f5d-4c2b-9a61-7d2f60c5b1aa";
const renewedToken = "97d5e1f2-0c4b-4a3e-8a55-1b2c3d4e5f60";
/** Stands for the access token that the request has. */
const sentToken = "{access token}";
const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjbGllbnQifQ.c2lnbmF0dXJlLW9mLWEtand0";
const signature = "5d41402abc4b2a76b9719d911017c592";
const cookie = "c2VjcmV0LWNvb2tpZS12YWx1ZQ";
const secrets = [token, renewedToken, jwt, signature, cookie];

const controls = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{DI}\p{Zl}\p{Zp}]/u;

/** Makes texts that a hostile server, a proxy or a broken one could send. */
const evilText = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 8 }),
      fc.constantFrom(
        ...["\u001b[2J", "\u001b]0;title\u0007", "\u009b31m", "\r\n", "\u0085", "\u2028", "\u202e", "\u2066", "\u200b"],
        ...["\u{e0041}", "\ud800", "\udc00", "\ufeff", "\u0000", " ", "…", "<script>", "</b>", "](https://x)"],
        ...[`Bearer ${sentToken}`, sentToken, jwt, `Set-Cookie: jid=${cookie}; Path=/`],
        ...[`https://s3.example/a.pdf?X-Amz-Signature=${signature}&x=1`, `X-Amz-Signature=${signature}`],
        ...["x".repeat(3000), "?".repeat(3000), "eyJ".repeat(1000)],
      ),
    ),
    { maxLength: 6 },
  )
  .map(parts => parts.join(""));

const evilJson = fc.letrec(tie => ({
  value: fc.oneof(
    { maxDepth: 3 },
    evilText,
    fc.integer(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.oneof(evilText, fc.constantFrom("msg", "loc", "field", "input")), tie("value"), { maxKeys: 3 }),
  ),
})).value;

const record = fc.record({
  id: fc.oneof(evilText, evilJson, fc.nat()),
  state: evilText,
  url: evilText,
  upload_url: evilText,
});

const envelope = fc.record(
  {
    error: evilText,
    error_type: evilText,
    error_description: evilText,
    error_token: evilText,
    errors: fc.oneof(fc.array(evilJson, { maxLength: 3 }), evilJson),
    data: fc.oneof(evilJson, fc.array(record, { maxLength: 2 })),
    total_count: fc.oneof(evilText, evilJson, fc.nat(3)),
  },
  { requiredKeys: [] },
);

/** Header values have bytes only. */
const evilHeader = evilText.map(text => text.replace(/[^\x20-\x7e\x80-\xff]/g, "").trim());

const response = fc.record({
  status: fc.constantFrom(200, 200, 200, 201, 302, 400, 401, 403, 404, 408, 409, 429, 500, 502, 503, 520),
  statusText: evilHeader,
  body: fc.oneof(
    envelope.map(value => JSON.stringify(value)),
    fc
      .record({ data: fc.array(record, { maxLength: 2 }), total_count: fc.oneof(evilText, fc.nat(3)) })
      .map(value => JSON.stringify(value)),
    evilJson.map(value => JSON.stringify(value)),
    evilText,
    evilText.map(text => `<html>${text}</html>`),
  ),
  contentType: fc.oneof(fc.constantFrom("application/json", "text/html"), evilHeader),
  header: evilHeader,
  name: fc.constantFrom("Retry-After", "X-QBAPI-Throttle-TTL", "X-QBAPI-Throttle-Request-Count", "Location", "Date"),
});

type EvilResponse = typeof response extends fc.Arbitrary<infer Value> ? Value : never;

/** Creates a client whose server sends this to each API request. The first token is rejected once. */
function createClientOf({ status, statusText, body, contentType, header, name }: EvilResponse) {
  const events: ClientEvent[] = [];
  let tokens = 0;
  let requests = 0;
  const client = createQBenchClient({
    baseUrl: "https://untrusted.example",
    ...credentials(),
    limits: false,
    retry: false,
    onIgnoredFields: "event",
    onEvent: event => void events.push(event),
    fetch: async request => {
      if (request.url.includes("/auth/")) {
        const access_token = [token, renewedToken][tokens++];
        return Response.json({ access_token, token_type: "Bearer", expires_in: 3600 });
      }
      // A server can claim any number of pages.
      if (++requests > 100) throw new Error("too many requests");
      const echo = (text: string) => text.replaceAll(sentToken, request.headers.get("Authorization")?.slice(7) ?? "");
      const headers = { "Content-Type": echo(contentType), [name]: echo(header) };
      return new Response(echo(body), { status, statusText: echo(statusText), headers });
    },
  });
  return { client, events };
}

/** Returns all texts and names that a value holds, with those that are not enumerable. */
function textsIn(value: unknown, seen: Set<unknown> = new Set()): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null || seen.has(value)) return [];
  seen.add(value);
  // The records are data of the caller, and a stack begins with the message.
  const names = Object.getOwnPropertyNames(value).filter(name => name !== "records" && name !== "stack");
  return names.flatMap(name => [name, ...textsIn(Reflect.get(value, name), seen)]);
}

function expectClean(value: unknown): void {
  for (const text of textsIn(value)) {
    expect(text).not.toMatch(controls);
    expect(text.length).toBeLessThanOrEqual(700);
  }
  const shown = inspect(value, { depth: Infinity, maxStringLength: Infinity }) + JSON.stringify(value) + String(value);
  expect(shown).not.toMatch(controls);
  for (const secret of secrets) expect(shown).not.toContain(secret);
}

afterEach(() => {
  vi.restoreAllMocks();
});

it("no error, event or warning has control characters, secrets or long texts of any response", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  await fc.assert(
    fc.asyncProperty(response, async sent => {
      warn.mockClear();
      const { client, events } = createClientOf(sent);
      const signal = AbortSignal.timeout(60_000);
      const calls = [
        () => unwrap(client.GET("/qbench/api/v2/teams")),
        () => client.orders.get(1),
        () => client.orders.list(),
        () => client.orders.create([{ customer_account_id: 1 }]),
        () => client.orders.update([{ id: 1, state: "NEW" }], { onIgnoredFields: "throw" }),
        () => client.orders.delete(1),
        () => client.orders.list().toArray(),
        () => client.reports.list().toArray(),
        () => uploadAttachment(client, { attachment_type: "ORDER", object_id: 1, file_name: "a" }, new Uint8Array(1)),
      ];
      for (const call of calls) {
        const error = await errorOf(call());
        signal.throwIfAborted();
        expectClean(error);
      }
      expectClean(events);
      expectClean(warn.mock.calls);
    }),
    { numRuns: 300 },
  );
});

it.each(["GET", "POST"])("the error of a %s that was replayed does not repeat the renewed token", async method => {
  const sent = { status: 401, statusText: "", contentType: "application/json", name: "Date", header: "x" } as const;
  const { client } = createClientOf({ ...sent, body: JSON.stringify({ error_description: `No ${sentToken} here` }) });
  const call = method === "GET" ? client.orders.get(1) : client.orders.create([{ customer_account_id: 1 }]);
  expect(await errorOf(call)).toMatchObject({ message: expect.stringContaining("No [redacted] here.") });
});

it("no render error has control characters, secrets or long texts of any record", async () => {
  await fc.assert(
    fc.asyncProperty(evilText, evilText, evilText, evilJson, async (render_status, error, message, id) => {
      const record = { id: id as number, render_status, render_error: error, render_error_message: message };
      const shown = await errorOf(waitUntilRendered(async () => record, { timeoutMs: 1, intervalMs: 1 }));
      for (const text of textsIn(shown)) {
        expect(text).not.toMatch(controls);
        expect(text.length).toBeLessThanOrEqual(600);
        for (const secret of [jwt, signature, cookie]) expect(text).not.toContain(secret);
      }
    }),
  );
});

it("an error about a date shows its format only, without control characters", () => {
  fc.assert(
    fc.property(evilText, text => {
      try {
        parseDate(text);
      } catch (error) {
        expectClean(error);
      }
    }),
  );
});

it("an error message has at most 500 characters, whatever the server sends", async () => {
  await fc.assert(
    fc.asyncProperty(envelope, async body => {
      const { client } = createClientOf({
        status: 400,
        statusText: "",
        body: JSON.stringify(body),
        contentType: "application/json",
        name: "Date",
        header: "x",
      });
      const error = await errorOf(client.orders.get(1));
      expect(error).toBeInstanceOf(Error);
      expect((error as Error).message.length).toBeLessThanOrEqual(500);
      expect((error as Error).message).toMatch(/^GET \/qbench\/api\/v2\/orders\/1 failed: 400/);
    }),
  );
});

it("the id of a record that cannot be converted has no control characters", () => {
  const page = { data: [{ id: "1\u001b[31m\u202e\n2" }], page_number: 1, total_count: 1, total_pages: 1 };
  const { failure } = convertPage(page, () => {
    throw new Error("no date");
  });
  expect(failure).toMatchObject({ recordId: "1 2" });
});
