import { inspect } from "node:util";
import { type RunningEmulator, startEmulator } from "@qbench-sdk/emulator";
import type { Attachment } from "@qbench-sdk/types";
import { afterEach, describe, expect, expectTypeOf, it, vi } from "vitest";
import { takeSignedHeaders } from "../src/files/presigned-url.js";
import {
  createQBenchClient,
  downloadFile,
  type FileContent,
  type FileOptions,
  type FileProgress,
  QBenchApiError,
  QBenchFileError,
  QBenchInputError,
  uploadAttachment,
} from "../src/index.js";
import { createTestClient } from "./support/laboratory.js";
import { isBun, isDeno } from "./support/runtime.js";

const item = { attachment_type: "ORDER", object_id: 3, file_name: "chain of custody.pdf" };
const bytes = new Uint8Array([0, 1, 2, 253, 254, 255]);

const read = async ({ stream }: { stream: ReadableStream<Uint8Array<ArrayBuffer>> }): Promise<Uint8Array> =>
  new Uint8Array(await new Response(stream).arrayBuffer());

async function errorOf(work: Promise<unknown>): Promise<QBenchFileError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof QBenchFileError) return error;
  throw new Error(`no QBenchFileError: ${inspect(error)}`);
}

/** A client over HTTP, what the storage was asked, and the fetch that notes it. */
const running: RunningEmulator[] = [];
afterEach(async () => {
  vi.unstubAllGlobals();
  for (const emulator of running.splice(0)) await emulator.close();
});

async function overHttp() {
  const emulator = await startEmulator();
  running.push(emulator);
  const [apiClient] = emulator.clients.list();
  const client = createQBenchClient({
    baseUrl: emulator.url,
    clientId: apiClient?.id ?? "",
    clientSecret: apiClient?.secret ?? "",
  });
  const asked: Request[] = [];
  const options: FileOptions = {
    fetch(request) {
      asked.push(request);
      return fetch(request);
    },
  };
  const attachment = async (attachment_id: number) => {
    const { data } = await client.GET("/qbench/api/v2/attachments/{attachment_id}", {
      params: { path: { attachment_id } },
    });
    if (!data) throw new Error("no attachment");
    return data.data;
  };
  return { emulator, client, asked, options, attachment };
}

describe("a file", () => {
  it.each<[string, FileContent]>([
    ["bytes", bytes],
    ["a Blob with a type of its own", new Blob([bytes], { type: "application/pdf" })],
    ["a stream of a known size", { size: bytes.byteLength, stream: () => new Blob([bytes]).stream() }],
  ])("goes and comes over HTTP as %s, to its storage and back, without the access token", async (_, content) => {
    const { emulator, client, asked, options, attachment } = await overHttp();
    const record = await uploadAttachment(client, item, content, options);
    expect(record).toMatchObject({ object_id: 3, attachment_data_type: "ORDER" });
    expect(emulator.stats).toMatchObject({ uploads: 1, outOfScope: 0, throttledByRate: 0 });

    const file = await downloadFile(await attachment(record.id), options);
    expect(file).toMatchObject({ size: 6, contentType: "binary/octet-stream" });
    expect(await read(file)).toEqual(bytes);

    expect(asked.map(({ method }) => method)).toEqual(["PUT", "GET"]);
    for (const request of asked) {
      expect(new URL(request.url).origin).toBe(emulator.url);
      expect(request.headers.has("Authorization")).toBe(false);
    }
    expect([...(asked[0]?.headers.keys() ?? [])]).toEqual([
      ...(isDeno ? [] : ["content-length"]),
      "x-amz-security-token",
    ]);
    expect([...(asked[1]?.headers.keys() ?? [])]).toEqual([]);
  });

  it("tells how far it is, both ways", async () => {
    const { client, options, attachment } = await overHttp();
    const parts = [bytes, bytes, bytes];
    const content = {
      size: 18,
      stream: () =>
        new ReadableStream({
          pull(controller) {
            const part = parts.pop();
            if (part) controller.enqueue(part);
            else controller.close();
          },
        }),
    };
    const progress: FileProgress[] = [];
    const onProgress = (each: FileProgress) => void progress.push(each);
    const { id } = await uploadAttachment(client, item, content, { ...options, onProgress });
    expect(progress).toEqual((isDeno ? [18] : [6, 12, 18]).map(bytes => ({ bytes, total: 18 })));
    progress.length = 0;
    await read(await downloadFile(await attachment(id), { ...options, onProgress }));
    expect(progress.at(-1)).toEqual({ bytes: 18, total: 18 });
  });

  it("does not mind what onProgress throws", async () => {
    const { client, options, attachment } = await overHttp();
    const onProgress = vi.fn(() => {
      throw new Error("the bar is broken");
    });
    const { id } = await uploadAttachment(client, item, bytes, { ...options, onProgress });
    expect(await read(await downloadFile(await attachment(id), { ...options, onProgress }))).toEqual(bytes);
    expect(onProgress.mock.calls.length).toBeGreaterThan(1);
  });

  // Bun keeps the type of a Blob that is sliced, and isn't one of those.
  it.skipIf(isBun)(
    "goes as a whole where fetch tells no lengths of streams, and its length is known to be right",
    async () => {
      vi.stubGlobal("Deno", {});
      const { client, asked, options, attachment } = await overHttp();
      const progress: FileProgress[] = [];
      const onProgress = (each: FileProgress) => void progress.push(each);
      const content = (size: number): FileContent => ({ size, stream: () => new Blob([bytes]).stream() });
      for (const whole of [bytes, new Blob([bytes], { type: "image/png" }), content(6)]) {
        const { id } = await uploadAttachment(client, item, whole, { ...options, onProgress });
        expect(await read(await downloadFile(await attachment(id), options))).toEqual(bytes);
      }
      expect([...(asked[0]?.headers.keys() ?? [])]).toEqual(["x-amz-security-token"]);
      expect(progress).toEqual(Array.from({ length: 3 }, () => ({ bytes: 6, total: 6 })));
      for (const size of [5, 7]) {
        const error = await errorOf(uploadAttachment(client, item, content(size), options));
        expect(error).toMatchObject({ reason: "wrong_length", attachmentId: expect.any(Number) });
      }
    },
  );

  it("is read from an asset where the record has no address of its own, or from the address itself", async () => {
    const { options, attachment } = await overHttp();
    const { asset, url: _, ...rest } = await attachment(1);
    expect((await read(await downloadFile({ ...rest, asset }, options))).byteLength).toBeGreaterThan(100);
    const file_url = String(asset?.url);
    expect((await read(await downloadFile({ asset: { file_url } }, options))).byteLength).toBeGreaterThan(100);
    expect((await read(await downloadFile(file_url, options))).byteLength).toBeGreaterThan(100);
  });
});

describe("an upload", () => {
  /** A client of a service that answers creations with an address under this key. */
  const answering = (record: Record<string, unknown>, answer = () => new Response()) => {
    const asked: Request[] = [];
    const { client } = createTestClient(
      {},
      {
        fetch: async request =>
          request.url.includes("/auth/")
            ? Response.json({ access_token: "secret-token", token_type: "Bearer", expires_in: 3600 })
            : Response.json({ data: [record] }, { status: 201 }),
      },
    );
    const options: FileOptions = {
      async fetch(request) {
        asked.push(request);
        await request.arrayBuffer();
        return answer();
      },
    };
    return { client, asked, options };
  };

  it.each(["upload_url", "uploadUrl", "presigned_url", "presignedUrl", "url"])(
    "goes to the address in %s, which the record then has no more",
    async key => {
      const { client, asked, options } = answering({ id: 7, notes: "kept", [key]: "https://s3.example/a?Signature=x" });
      expect(await uploadAttachment(client, item, bytes, options)).toEqual({ id: 7, notes: "kept" });
      expect(asked.map(({ url }) => url)).toEqual(["https://s3.example/a?Signature=x"]);
    },
  );

  it("prefers the address that is for uploads", async () => {
    const { client, asked, options } = answering({
      id: 7,
      url: "https://s3.example/b",
      upload_url: "https://s3.example/a",
    });
    expect(await uploadAttachment(client, item, bytes, options)).toEqual({ id: 7, url: "https://s3.example/b" });
    expect(asked[0]?.url).toBe("https://s3.example/a");
  });

  it("keeps the address byte for byte, and makes headers of what was signed as one", async () => {
    const query = "AWSAccessKeyId=A&Signature=a%2Bb/c+d=&n=%7e~*()!$,;:@%c3%BC&&e=&?=%20";
    const url = `https://s3.example/folder&1/chain%20of%20custody.pdf?${query}`;
    const given = url.replace("&n=", "&x-amz-security-token=T%2B%2F%3D+&content-type=text%2Fplain&n=");
    const { client, asked, options } = answering({ id: 7, upload_url: given });
    await uploadAttachment(client, item, new Blob([bytes], { type: "image/png" }), options);
    expect(asked[0]?.url).toBe(url);
    expect(Object.fromEntries(asked[0]?.headers ?? [])).toEqual({
      ...(!isDeno && { "content-length": "6" }),
      "content-type": "text/plain",
      "x-amz-security-token": "T+/=+",
    });
  });

  it("leaves an address of signature version 4 alone, and one without a query", () => {
    const version4 = "https://s3.example/a?X-Amz-Security-Token=T&X-Amz-Signature=abc";
    expect(takeSignedHeaders(version4)).toEqual({ url: version4, headers: [] });
    expect(takeSignedHeaders("https://s3.example/a")).toEqual({ url: "https://s3.example/a", headers: [] });
  });

  it("sends nothing when there is no content, or it is no file", async () => {
    const { client, requests } = createTestClient();
    const stream = () => new Blob().stream();
    const wrongs = [
      "text",
      null,
      { size: 1 },
      { size: -1, stream },
      { size: 1.5, stream },
      new Uint8Array(),
      new Blob(),
    ];
    for (const wrong of wrongs) {
      const upload = uploadAttachment(client, item, wrong as never);
      await expect(upload).rejects.toThrow(QBenchInputError);
      await expect(upload).rejects.toThrow("uploadAttachment: the content is bytes");
    }
    expect(requests).toEqual([]);
  });

  it("sends nothing when it is not told whose the file is, of what kind and name", async () => {
    const { client, requests } = createTestClient();
    for (const name of Object.keys(item)) {
      for (const missing of [undefined, null, ""]) {
        const upload = uploadAttachment(client, { ...item, [name]: missing } as never, bytes);
        await expect(upload).rejects.toThrow(new QBenchInputError(`uploadAttachment: ${name} is missing`));
      }
    }
    await expect(uploadAttachment(client, undefined as never, bytes)).rejects.toThrow(QBenchInputError);
    expect(requests).toEqual([]);
  });

  it("says of which attachment the file is missing", async () => {
    const { client, options } = answering({ id: 7 });
    expect(await errorOf(uploadAttachment(client, item, bytes, options))).toMatchObject({
      reason: "no_url",
      attachmentId: 7,
    });
    const refusing = answering(
      { id: 8, upload_url: "https://s3.example/a?Signature=x" },
      () => new Response("<Error><Code>SignatureDoesNotMatch</Code></Error>", { status: 403 }),
    );
    const error = await errorOf(uploadAttachment(refusing.client, item, bytes, refusing.options));
    expect(error).toMatchObject({
      reason: "rejected_by_server",
      status: 403,
      code: "SignatureDoesNotMatch",
      attachmentId: 8,
    });
    expect(error.message).toBe("The file's storage answered 403 SignatureDoesNotMatch");
  });

  it("fails when its stream ends before its size, or goes on after it", async () => {
    const { client, options } = await overHttp();
    const upload = (size: number) =>
      errorOf(uploadAttachment(client, item, { size, stream: () => new Blob([bytes]).stream() }, options));
    expect(await upload(7)).toMatchObject({ reason: "wrong_length", message: "The file ended after 6 of 7 bytes" });
    expect(await upload(5)).toMatchObject({ reason: "wrong_length", message: "The file goes on after 5 bytes" });
  });

  it("has what its content threw as its cause, and still tells the attachment", async () => {
    const { client, options } = await overHttp();
    const cause = new Error("the disk is gone");
    const failing: (() => ReadableStream<Uint8Array<ArrayBuffer>>)[] = [
      () => new ReadableStream({ pull: controller => controller.error(cause) }),
      () => {
        throw cause;
      },
    ];
    for (const stream of failing) {
      const error = await errorOf(uploadAttachment(client, item, { size: 6, stream }, options));
      expect(error).toMatchObject({ reason: "unreadable", cause, attachmentId: expect.any(Number) });
    }
  });

  it("stops when it is told to, with the reason it is given", async () => {
    const { emulator, client, options } = await overHttp();
    const reason = new Error("enough");
    const aborted = { ...options, signal: AbortSignal.abort(reason) };
    await expect(uploadAttachment(client, item, bytes, aborted)).rejects.toBe(reason);
    const controller = new AbortController();
    const content: FileContent = {
      size: 12,
      stream: () =>
        new ReadableStream({
          pull(stream) {
            stream.enqueue(bytes);
            controller.abort(reason);
          },
        }),
    };
    const { signal } = controller;
    await expect(uploadAttachment(client, item, content, { ...options, signal })).rejects.toBe(reason);
    expect(emulator.stats.uploads).toBe(0);
  });

  it("throws QBench's own error when there is no attachment", async () => {
    const { client } = createTestClient({ clients: [{ scopes: ["GET /orders*"] }] });
    await expect(uploadAttachment(client, item, bytes)).rejects.toBeInstanceOf(QBenchApiError);
  });
});

describe("a download", () => {
  const answer = (response: Response) =>
    downloadFile("https://s3.example/a?Signature=x", { fetch: async () => response });

  it("asks for the record to be read again when the address is no longer good", async () => {
    const { emulator, attachment, options } = await overHttp();
    const { url } = await attachment(1);
    emulator.faults.add({ on: "storage", skewMs: 3_601_000, times: 1 });
    const error = await errorOf(downloadFile({ url }, options));
    expect(error).toMatchObject({ reason: "expired", status: 403, code: "AccessDenied" });
    expect(error.message).toBe(
      "The file's storage answered 403 AccessDenied: the address has expired, read the record again",
    );
    const token = new Response("<Error><Code>ExpiredToken</Code></Error>", { status: 400 });
    expect(await errorOf(answer(token))).toMatchObject({ reason: "expired", status: 400 });
    await read(await downloadFile({ url }, options));
  });

  it("is refused when the storage has no such file, fails, or points elsewhere", async () => {
    expect(await errorOf(answer(new Response(null, { status: 404 })))).toMatchObject({
      reason: "rejected_by_server",
      status: 404,
    });
    expect(await errorOf(answer(new Response("<html>", { status: 503 })))).toMatchObject({
      reason: "rejected_by_server",
    });
    const { emulator, attachment, options, asked } = await overHttp();
    const { url } = await attachment(1);
    emulator.faults.add({ on: "storage", redirect: "http://127.0.0.1:9/" });
    expect(await errorOf(downloadFile({ url }, options))).toMatchObject({ reason: "rejected_by_server", status: 302 });
    expect(asked).toHaveLength(1);
  });

  it("ends in an error, not in a short file", async () => {
    const short = await answer(new Response(bytes, { headers: { "Content-Length": "7" } }));
    expect(await errorOf(read(short))).toMatchObject({
      reason: "wrong_length",
      message: "The file ended after 6 of 7 bytes",
    });
    const { emulator, attachment, options } = await overHttp();
    const { url } = await attachment(1);
    emulator.faults.add({ on: "storage", cut: "during" });
    // Fetch may see the end before the answer is with whoever asked.
    const broken = downloadFile({ url }, options).then(read);
    expect((await errorOf(broken)).reason).toMatch(/^(connection_failed|wrong_length)$/);
  });

  it("takes a body of no told length, or a packed one, as it is", async () => {
    const unknown = await answer(new Response(bytes));
    expect("size" in unknown).toBe(false);
    expect(await read(unknown)).toEqual(bytes);
    const headers = { "Content-Length": "700", "Content-Encoding": "gzip" };
    expect(await read(await answer(new Response(bytes, { headers })))).toEqual(bytes);
    expect(await read(await answer(new Response(null, { headers: { "Content-Length": "0" } })))).toEqual(
      new Uint8Array(),
    );
  });

  it("needs an address, of https or on this machine", async () => {
    for (const record of [{}, { url: null }, { url: "", asset: null }, { url: 5 }, { asset: { url: null } }]) {
      expect(await errorOf(downloadFile(record))).toMatchObject({ reason: "no_url" });
    }
    for (const url of ["http://s3.example/a", "ftp://s3.example/a", "s3.example", "https://me:secret@s3.example/"]) {
      expect(await errorOf(downloadFile(url))).toMatchObject({ reason: "insecure_url" });
    }
  });

  it("stops when it is told to, with the reason it is given", async () => {
    const { attachment, options } = await overHttp();
    const { url } = await attachment(1);
    const reason = new Error("enough");
    await expect(downloadFile({ url }, { ...options, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const source = new ReadableStream({
      pull(stream) {
        controller.abort(reason);
        stream.error(new Error("aborted"));
      },
    });
    const { signal } = controller;
    const { stream } = await downloadFile("https://s3.example/", { signal, fetch: async () => new Response(source) });
    await expect(read({ stream })).rejects.toBe(reason);
  });
});

describe("a presigned address", () => {
  it("is in no error, and in nothing that is made of it", async () => {
    const sentinel = "sentinel";
    const address = `https://s3.example/a?Signature=${sentinel}&x-amz-security-token=${sentinel}`;
    const repeats = `<Error><Code>SignatureDoesNotMatch</Code><StringToSign>${sentinel}</StringToSign></Error>`;
    const answers: (() => Promise<Response>)[] = [
      async () => new Response(repeats, { status: 403 }),
      async () => new Response(repeats, { status: 500 }),
      async () => Promise.reject(new TypeError(`error sending request for ${address}`)),
      async () => new Response(bytes, { headers: { "Content-Length": "7" } }),
      async () =>
        new Response(
          new ReadableStream({
            start: controller => controller.error(new TypeError(`the connection to ${address} broke`)),
          }),
        ),
    ];
    const seen: unknown[] = [];
    for (const answer of answers) {
      const { client } = createTestClient(
        {},
        {
          fetch: async request =>
            request.url.includes("/auth/")
              ? Response.json({ access_token: "t", token_type: "Bearer", expires_in: 3600 })
              : Response.json({ data: [{ id: 7, upload_url: address }] }, { status: 201 }),
        },
      );
      const options: FileOptions = { fetch: answer };
      const download = downloadFile({ url: address }, options);
      seen.push(await download.catch((error: unknown) => error));
      seen.push(await download.then(read).catch((error: unknown) => error));
      seen.push(await uploadAttachment(client, item, bytes, options).catch((error: unknown) => error));
    }
    for (const url of [address.replace("https", "http"), address.replace("//", "//user:sentinel@")]) {
      seen.push(await errorOf(downloadFile({ url })));
    }
    expect(seen.filter(thing => thing instanceof QBenchFileError).length).toBeGreaterThan(8);
    for (const thing of seen) {
      const all = [inspect(thing, { depth: 9, showHidden: true }), String(thing), JSON.stringify(thing)];
      if (thing instanceof Error) all.push(thing.stack ?? "", inspect(thing.cause));
      expect(all.join()).not.toContain(sentinel);
    }
  });
});

describe("the types of files", () => {
  it("are those of the client's own document", () => {
    const { client } = createTestClient();
    expectTypeOf(() => uploadAttachment(client, item, bytes)).returns.resolves.toEqualTypeOf<Attachment>();
    // @ts-expect-error the file's name is missing
    const nameless = () => uploadAttachment(client, { attachment_type: "ORDER", object_id: 3 }, bytes);
    expectTypeOf(nameless).toBeFunction();
    // @ts-expect-error a text is no file
    expectTypeOf(() => uploadAttachment(client, item, "text")).toBeFunction();
    const other = createQBenchClient<{ "/things": { get: { responses: { 200: { content: never } } } } }>({
      baseUrl: "https://lab.example",
      clientId: "id",
      clientSecret: "secret",
    });
    // @ts-expect-error a document without attachments
    expectTypeOf(() => uploadAttachment(other, item, bytes)).toBeFunction();
  });
});
