import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readBody, withBody } from "../../src/transport/buffered-response.ts";
import { isBun, isDeno, isEdgeWorker, isOtherRealm } from "../support/runtime.ts";

const read = (body: BodyInit) => readBody((new Response(body).body as NonNullable<Response["body"]>).getReader());
const buffered = async (body: BodyInit, init: ResponseInit = {}): Promise<Response> =>
  withBody(new Response(body, init), await read(body));

const form = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n';
const multipart = { headers: { "Content-Type": "multipart/form-data; boundary=b" } };

/** What a caller can do with a response. Each returns what can be compared. */
const operations: Record<string, (response: Response) => unknown> = {
  json: response => response.json(),
  text: response => response.text(),
  arrayBuffer: async response => (await response.arrayBuffer()).byteLength,
  blob: async response => {
    const blob = await response.blob();
    // In Bun, the blob of an empty body has no type.
    return [blob.size, isBun && blob.size === 0 ? "" : blob.type, await blob.text()];
  },
  bytes: async response => ("bytes" in response ? [...(await response.bytes())] : undefined),
  formData: async response => [...(await response.formData())],
  "a check of body": response => response.body !== null,
  "a reader of body": async response => new Response(response.body).text(),
  "async iteration of body": async response => {
    let size = 0;
    for await (const chunk of response.body ?? []) size += chunk.byteLength;
    return size;
  },
  "a pipe": async response => new Response(response.body?.pipeThrough(new TransformStream())).text(),
  "tee()": async response => {
    const [one, other] = response.body?.tee() ?? [];
    return [await new Response(one).text(), await new Response(other).text()];
  },
  "cancel()": response => response.body?.cancel(),
  "a lock": response => void response.body?.getReader(),
  "a clone": response => response.clone().text(),
  "the clone of a clone": response => response.clone().clone().json(),
};
const bodies: [string, ResponseInit][] = [
  ['{"a":1}', { headers: { "Content-Type": "application/json" } }],
  // Bun and Deno leave the byte order mark of such a body in its text.
  [`${isBun || isDeno ? "" : "\ufeff"}{"name":"Zo\u00eb \u{1f9ea}"}`, { status: 201, statusText: "Created" }],
  ["{", { status: 400 }],
  ["", {}],
  [form, multipart],
];

/** The other runtimes can clone or read some responses again whose body was read, which the standard forbids. */
const followsStandard = !isBun && !isDeno && !isEdgeWorker;

/** Runs operations on a response, one after the other. Returns what each returned, or the class of its error. */
async function run(response: Response, names: readonly string[]): Promise<unknown[]> {
  const outcomes: unknown[] = [];
  for (const name of names) {
    try {
      outcomes.push(await operations[name]?.(response), response.bodyUsed);
    } catch (error) {
      outcomes.push(
        error instanceof Error || isOtherRealm ? (error as Error).constructor.name : error,
        response.bodyUsed,
      );
    }
  }
  return outcomes;
}

describe("withBody", () => {
  it.each(Object.keys(operations))("returns a response that behaves like a real one with: %s", async name => {
    for (const [body, init] of bodies) {
      const expected = await run(new Response(body, init), [name, name]);
      expect(await run(await buffered(body, init), [name, name])).toEqual(expected);
    }
  });

  it.runIf(followsStandard)(
    "returns a response that behaves like a real one with any sequence of operations",
    async () => {
      const names = fc.array(fc.constantFrom(...Object.keys(operations)), { minLength: 1, maxLength: 5 });
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...bodies), names, async ([body, init], names) => {
          expect(await run(await buffered(body, init), names)).toEqual(await run(new Response(body, init), names));
        }),
        { numRuns: 300 },
      );
    },
  );

  it("returns a response with the properties of the original", async () => {
    const original = new Response("words", { status: 418, statusText: "Teapot", headers: { "X-Trace": "7" } });
    Object.defineProperty(original, "url", { value: "https://lab.example/things" });
    const response = withBody(original, await read("words"));
    for (const each of [response, response.clone()]) {
      expect(each).toBeInstanceOf(Response);
      expect(each).not.toBe(original);
      const { status, statusText, ok, redirected, type, url } = each;
      expect([status, statusText, ok, redirected, type, url]).toEqual([
        ...[418, "Teapot", false, false, "default", "https://lab.example/things"],
      ]);
      expect(each.headers.get("X-Trace")).toBe("7");
      expect(await new Response(each.body, each).text()).toBe("words");
    }
  });

  it("returns a response whose clones have memory of their own", async () => {
    const response = await buffered("words");
    const copy = response.clone();
    new Uint8Array(await response.arrayBuffer()).fill(0);
    expect(await copy.text()).toBe("words");
  });

  it("returns a response that inspect shows without its body", async () => {
    expect(inspect(await buffered("secret words"), { depth: 9, showHidden: true })).not.toContain("secret");
  });
});

describe("readBody", () => {
  it("joins the chunks of a body, also within a character", async () => {
    const bytes = new TextEncoder().encode("a\u00eb\u{1f9ea}b");
    const chunks = [...bytes].map(byte => Uint8Array.of(byte));
    const stream = new ReadableStream({
      pull(controller) {
        const chunk = chunks.shift();
        if (chunk) controller.enqueue(chunk);
        else controller.close();
      },
    });
    expect(await new Response(await read(stream)).text()).toBe("a\u00eb\u{1f9ea}b");
  });
});
