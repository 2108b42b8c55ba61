import { inspect } from "node:util";
import { runInNewContext } from "node:vm";
import { type RunningEmulator, startEmulator } from "@qbench-sdk/emulator";
import type { Attachment } from "@qbench-sdk/types";
import { afterEach, describe, expect, expectTypeOf, it, vi } from "vitest";
import { extractSignedHeaders } from "../src/files/presigned-url.js";
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
  throw new Error(`Expected a QBenchFileError: ${inspect(error)}`);
}

const running: RunningEmulator[] = [];
afterEach(async () => {
  vi.unstubAllGlobals();
  for (const emulator of running.splice(0)) await emulator.close();
});

/** Starts an emulator. Returns a client of it, options with a fetch for the storage, and the requests of that fetch. */
async function startOverHttp() {
  const emulator = await startEmulator();
  running.push(emulator);
  const [apiClient] = emulator.clients.list();
  const client = createQBenchClient({
    baseUrl: emulator.url,
    clientId: apiClient?.id ?? "",
    clientSecret: apiClient?.secret ?? "",
  });
  const storageRequests: Request[] = [];
  const options: FileOptions = {
    fetch(request) {
      storageRequests.push(request);
      return fetch(request);
    },
  };
  const attachment = async (attachment_id: number) => {
    const { data } = await client.GET("/qbench/api/v2/attachments/{attachment_id}", {
      params: { path: { attachment_id } },
    });
    if (!data) throw new Error("The attachment does not exist.");
    return data.data;
  };
  return { emulator, client, storageRequests, options, attachment };
}

describe("uploadAttachment and downloadFile", () => {
  it.each<[string, FileContent]>([
    ["bytes", bytes],
    ["bytes of another realm", runInNewContext("Uint8Array").from(bytes)],
    ["a Blob with a type of its own", new Blob([bytes], { type: "application/pdf" })],
    ["a stream of a known size", { size: bytes.byteLength, stream: () => new Blob([bytes]).stream() }],
  ])("a file is uploaded as %s and downloaded again over HTTP, without the access token", async (_, content) => {
    const { emulator, client, storageRequests, options, attachment } = await startOverHttp();
    const record = await uploadAttachment(client, item, content, options);
    expect(record).toMatchObject({ object_id: 3, attachment_data_type: "ORDER" });
    expect(emulator.stats).toMatchObject({ uploads: 1, outOfScope: 0, throttledByRate: 0 });

    const file = await downloadFile(await attachment(record.id), options);
    expect(file).toMatchObject({ size: 6, contentType: "binary/octet-stream" });
    expect(await read(file)).toEqual(bytes);

    expect(storageRequests.map(({ method }) => method)).toEqual(["PUT", "GET"]);
    for (const request of storageRequests) {
      expect(new URL(request.url).origin).toBe(emulator.url);
      expect(request.headers.has("Authorization")).toBe(false);
    }
    expect([...(storageRequests[0]?.headers.keys() ?? [])]).toEqual([
      ...(isDeno ? [] : ["content-length"]),
      "x-amz-security-token",
    ]);
    expect([...(storageRequests[1]?.headers.keys() ?? [])]).toEqual([]);
  });

  it("uploads and downloads report their progress", async () => {
    const { client, options, attachment } = await startOverHttp();
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

  it("uploads and downloads ignore errors that onProgress throws", async () => {
    const { client, options, attachment } = await startOverHttp();
    const onProgress = vi.fn(() => {
      throw new Error("the progress bar failed");
    });
    const { id } = await uploadAttachment(client, item, bytes, { ...options, onProgress });
    expect(await read(await downloadFile(await attachment(id), { ...options, onProgress }))).toEqual(bytes);
    expect(onProgress.mock.calls.length).toBeGreaterThan(1);
  });

  // Bun keeps the type of a sliced Blob. It can send the length of a stream, so it never needs this path.
  it.skipIf(isBun)(
    "an upload is sent as one Blob of a checked length if fetch drops the length of streams",
    async () => {
      vi.stubGlobal("Deno", {});
      const { client, storageRequests, options, attachment } = await startOverHttp();
      const progress: FileProgress[] = [];
      const onProgress = (each: FileProgress) => void progress.push(each);
      const content = (size: number): FileContent => ({ size, stream: () => new Blob([bytes]).stream() });
      for (const whole of [bytes, new Blob([bytes], { type: "image/png" }), content(6)]) {
        const { id } = await uploadAttachment(client, item, whole, { ...options, onProgress });
        expect(await read(await downloadFile(await attachment(id), options))).toEqual(bytes);
      }
      expect([...(storageRequests[0]?.headers.keys() ?? [])]).toEqual(["x-amz-security-token"]);
      expect(progress).toEqual(Array.from({ length: 3 }, () => ({ bytes: 6, total: 6 })));
      for (const size of [5, 7]) {
        const error = await errorOf(uploadAttachment(client, item, content(size), options));
        expect(error).toMatchObject({ reason: "wrong_length", attachmentId: expect.any(Number) });
      }
    },
  );

  it("downloadFile reads the URL of an asset if the record has none, and accepts a URL itself", async () => {
    const { options, attachment } = await startOverHttp();
    const { asset, url: _, ...rest } = await attachment(1);
    expect((await read(await downloadFile({ ...rest, asset }, options))).byteLength).toBeGreaterThan(100);
    const file_url = String(asset?.url);
    expect((await read(await downloadFile({ asset: { file_url } }, options))).byteLength).toBeGreaterThan(100);
    expect((await read(await downloadFile(file_url, options))).byteLength).toBeGreaterThan(100);
  });
});

describe("uploadAttachment", () => {
  /** Creates a client whose `attachments.create` returns this record, and options with a fetch for the storage. */
  const createClientReturning = (record: Record<string, unknown>, respond = () => new Response()) => {
    const storageRequests: Request[] = [];
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
        storageRequests.push(request);
        await request.arrayBuffer();
        return respond();
      },
    };
    return { client, storageRequests, options };
  };

  it.each(["upload_url", "uploadUrl", "presigned_url", "presignedUrl", "url"])(
    "uploadAttachment uploads to the URL in %s, and removes it from the record",
    async key => {
      const { client, storageRequests, options } = createClientReturning({
        id: 7,
        notes: "kept",
        [key]: "https://s3.example/a?Signature=x",
      });
      expect(await uploadAttachment(client, item, bytes, options)).toEqual({ id: 7, notes: "kept" });
      expect(storageRequests.map(({ url }) => url)).toEqual(["https://s3.example/a?Signature=x"]);
    },
  );

  it("uploadAttachment prefers upload_url to url", async () => {
    const { client, storageRequests, options } = createClientReturning({
      id: 7,
      url: "https://s3.example/b",
      upload_url: "https://s3.example/a",
    });
    expect(await uploadAttachment(client, item, bytes, options)).toEqual({ id: 7, url: "https://s3.example/b" });
    expect(storageRequests[0]?.url).toBe("https://s3.example/a");
  });

  it("uploadAttachment keeps the URL byte for byte, and moves signed headers out of its query", async () => {
    const query = "AWSAccessKeyId=A&Signature=a%2Bb/c+d=&n=%7e~*()!$,;:@%c3%BC&&e=&?=%20";
    const url = `https://s3.example/folder&1/chain%20of%20custody.pdf?${query}`;
    const given = url.replace("&n=", "&x-amz-security-token=T%2B%2F%3D+&content-type=text%2Fplain&n=");
    const { client, storageRequests, options } = createClientReturning({ id: 7, upload_url: given });
    await uploadAttachment(client, item, new Blob([bytes], { type: "image/png" }), options);
    expect(storageRequests[0]?.url).toBe(url);
    expect(Object.fromEntries(storageRequests[0]?.headers ?? [])).toEqual({
      ...(!isDeno && { "content-length": "6" }),
      "content-type": "text/plain",
      "x-amz-security-token": "T+/=+",
    });
  });

  it("extractSignedHeaders does not change a URL of signature version 4, or one without a query", () => {
    const version4 = "https://s3.example/a?X-Amz-Security-Token=T&X-Amz-Signature=abc";
    expect(extractSignedHeaders(version4)).toEqual({ url: version4, headers: [] });
    expect(extractSignedHeaders("https://s3.example/a")).toEqual({ url: "https://s3.example/a", headers: [] });
  });

  it("uploadAttachment sends nothing if the content is empty or is not a file", async () => {
    const { client, requests } = createTestClient();
    const stream = () => new Blob().stream();
    const invalidContents = [
      "text",
      null,
      { size: 1 },
      { size: -1, stream },
      { size: 1.5, stream },
      new Uint8Array(),
      new Blob(),
    ];
    for (const invalid of invalidContents) {
      const upload = uploadAttachment(client, item, invalid as never);
      await expect(upload).rejects.toThrow(QBenchInputError);
      await expect(upload).rejects.toThrow("uploadAttachment: the content must be a Uint8Array");
    }
    expect(requests).toEqual([]);
  });

  it("uploadAttachment sends nothing if the attachment lacks a required field", async () => {
    const { client, requests } = createTestClient();
    for (const name of Object.keys(item)) {
      for (const missing of [undefined, null, ""]) {
        const upload = uploadAttachment(client, { ...item, [name]: missing } as never, bytes);
        await expect(upload).rejects.toThrow(
          new QBenchInputError(`uploadAttachment: ${name} is missing. QBench requires it.`),
        );
      }
    }
    await expect(uploadAttachment(client, undefined as never, bytes)).rejects.toThrow(QBenchInputError);
    expect(requests).toEqual([]);
  });

  it("uploadAttachment throws the id of the attachment whose file was not uploaded", async () => {
    const { client, options } = createClientReturning({ id: 7 });
    expect(await errorOf(uploadAttachment(client, item, bytes, options))).toMatchObject({
      reason: "no_url",
      attachmentId: 7,
    });
    const rejecting = createClientReturning(
      { id: 8, upload_url: "https://s3.example/a?Signature=x" },
      () => new Response("<Error><Code>SignatureDoesNotMatch</Code></Error>", { status: 403 }),
    );
    const error = await errorOf(uploadAttachment(rejecting.client, item, bytes, rejecting.options));
    expect(error).toMatchObject({
      reason: "rejected_by_server",
      status: 403,
      code: "SignatureDoesNotMatch",
      attachmentId: 8,
    });
    expect(error.message).toBe("The file storage responded with 403 SignatureDoesNotMatch.");
  });

  it("uploadAttachment fails if its stream is shorter or longer than its size", async () => {
    const { client, options } = await startOverHttp();
    const upload = (size: number) =>
      errorOf(uploadAttachment(client, item, { size, stream: () => new Blob([bytes]).stream() }, options));
    expect(await upload(7)).toMatchObject({
      reason: "wrong_length",
      message: "The file ended after 6 of the announced 7 bytes.",
    });
    expect(await upload(5)).toMatchObject({
      reason: "wrong_length",
      message: "The file is longer than the announced 5 bytes.",
    });
  });

  it("uploadAttachment throws the id of the attachment and the cause if its content cannot be read", async () => {
    const { client, options } = await startOverHttp();
    const cause = new Error("the disk failed");
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

  it("uploadAttachment stops with the reason of its signal when that is aborted", async () => {
    const { emulator, client, options } = await startOverHttp();
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

  it("uploadAttachment throws the QBenchApiError if the attachment was not created", async () => {
    const { client } = createTestClient({ clients: [{ scopes: ["GET /orders*"] }] });
    await expect(uploadAttachment(client, item, bytes)).rejects.toBeInstanceOf(QBenchApiError);
  });
});

describe("downloadFile", () => {
  const downloadFrom = (response: Response) =>
    downloadFile("https://s3.example/a?Signature=x", { fetch: async () => response });

  it("downloadFile reports a fetch that fails by the name of its error, because the message can contain the URL", async () => {
    const fetch = async ({ url }: Request) => Promise.reject(new RangeError(`cannot send ${url}`));
    const error = await errorOf(downloadFile("https://s3.example/a?Signature=x", { fetch }));
    expect(error).toMatchObject({ reason: "fetch_failed", message: "fetch: the function failed (RangeError)." });
  });

  it("downloadFile asks to read the record again if the URL has expired", async () => {
    const { emulator, attachment, options } = await startOverHttp();
    const { url } = await attachment(1);
    emulator.faults.add({ on: "storage", skewMs: 3_601_000, times: 1 });
    const error = await errorOf(downloadFile({ url }, options));
    expect(error).toMatchObject({ reason: "expired", status: 403, code: "AccessDenied" });
    expect(error.message).toBe(
      "The file storage responded with 403 AccessDenied: the URL has expired. Read the record again for a new one.",
    );
    const token = new Response("<Error><Code>ExpiredToken</Code></Error>", { status: 400 });
    expect(await errorOf(downloadFrom(token))).toMatchObject({ reason: "expired", status: 400 });
    await read(await downloadFile({ url }, options));
  });

  it("downloadFile throws if the storage responds with an error or a redirect", async () => {
    expect(await errorOf(downloadFrom(new Response(null, { status: 404 })))).toMatchObject({
      reason: "rejected_by_server",
      status: 404,
    });
    expect(await errorOf(downloadFrom(new Response("<html>", { status: 503 })))).toMatchObject({
      reason: "rejected_by_server",
    });
    const { emulator, attachment, options, storageRequests } = await startOverHttp();
    const { url } = await attachment(1);
    emulator.faults.add({ on: "storage", redirect: "http://127.0.0.1:9/" });
    expect(await errorOf(downloadFile({ url }, options))).toMatchObject({ reason: "rejected_by_server", status: 302 });
    expect(storageRequests).toHaveLength(1);
  });

  it("downloadFile ends in an error if the file is shorter than announced", async () => {
    const short = await downloadFrom(new Response(bytes, { headers: { "Content-Length": "7" } }));
    expect(await errorOf(read(short))).toMatchObject({
      reason: "wrong_length",
      message: "The file ended after 6 of the announced 7 bytes.",
    });
    const { emulator, attachment, options } = await startOverHttp();
    const { url } = await attachment(1);
    emulator.faults.add({ on: "storage", cut: "during" });
    // Fetch can see the broken connection before it returns the response.
    const broken = downloadFile({ url }, options).then(read);
    expect((await errorOf(broken)).reason).toMatch(/^(connection_failed|wrong_length)$/);
  });

  it("downloadFile does not check the length of a body that is compressed or has no length", async () => {
    const unknown = await downloadFrom(new Response(bytes));
    expect("size" in unknown).toBe(false);
    expect(await read(unknown)).toEqual(bytes);
    const headers = { "Content-Length": "700", "Content-Encoding": "gzip" };
    expect(await read(await downloadFrom(new Response(bytes, { headers })))).toEqual(bytes);
    expect(await read(await downloadFrom(new Response(null, { headers: { "Content-Length": "0" } })))).toEqual(
      new Uint8Array(),
    );
  });

  it("downloadFile throws if the record has no URL, or one that is not safe", async () => {
    for (const record of [{}, { url: null }, { url: "", asset: null }, { url: 5 }, { asset: { url: null } }]) {
      expect(await errorOf(downloadFile(record))).toMatchObject({ reason: "no_url" });
    }
    for (const url of ["http://s3.example/a", "ftp://s3.example/a", "s3.example", "https://me:secret@s3.example/"]) {
      expect(await errorOf(downloadFile(url))).toMatchObject({ reason: "insecure_url" });
    }
  });

  it("downloadFile stops with the reason of its signal when that is aborted", async () => {
    const { attachment, options } = await startOverHttp();
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

describe("a presigned URL", () => {
  it("a presigned URL is in no error, in no message and in no property of one", async () => {
    const sentinel = "sentinel";
    const url = `https://s3.example/a?Signature=${sentinel}&x-amz-security-token=${sentinel}`;
    const errorBody = `<Error><Code>SignatureDoesNotMatch</Code><StringToSign>${sentinel}</StringToSign></Error>`;
    const responses: (() => Promise<Response>)[] = [
      async () => new Response(errorBody, { status: 403 }),
      async () => new Response(errorBody, { status: 500 }),
      async () => Promise.reject(new TypeError(`error sending request for ${url}`)),
      async () => new Response(bytes, { headers: { "Content-Length": "7" } }),
      async () =>
        new Response(
          new ReadableStream({
            start: controller => controller.error(new TypeError(`the connection to ${url} broke`)),
          }),
        ),
    ];
    const seen: unknown[] = [];
    for (const respond of responses) {
      const { client } = createTestClient(
        {},
        {
          fetch: async request =>
            request.url.includes("/auth/")
              ? Response.json({ access_token: "t", token_type: "Bearer", expires_in: 3600 })
              : Response.json({ data: [{ id: 7, upload_url: url }] }, { status: 201 }),
        },
      );
      const options: FileOptions = { fetch: respond };
      const download = downloadFile({ url }, options);
      seen.push(await download.catch((error: unknown) => error));
      seen.push(await download.then(read).catch((error: unknown) => error));
      seen.push(await uploadAttachment(client, item, bytes, options).catch((error: unknown) => error));
    }
    for (const unsafe of [url.replace("https", "http"), url.replace("//", "//user:sentinel@")]) {
      seen.push(await errorOf(downloadFile({ url: unsafe })));
    }
    expect(seen.filter(thing => thing instanceof QBenchFileError).length).toBeGreaterThan(8);
    for (const thing of seen) {
      const all = [inspect(thing, { depth: 9, showHidden: true }), String(thing), JSON.stringify(thing)];
      if (thing instanceof Error) all.push(thing.stack ?? "", inspect(thing.cause));
      expect(all.join()).not.toContain(sentinel);
    }
  });
});

describe("the types of uploadAttachment", () => {
  it("uploadAttachment is typed by the client's document", () => {
    const { client } = createTestClient();
    expectTypeOf(() => uploadAttachment(client, item, bytes)).returns.resolves.toEqualTypeOf<Attachment>();
    // @ts-expect-error the file name is missing
    const nameless = () => uploadAttachment(client, { attachment_type: "ORDER", object_id: 3 }, bytes);
    expectTypeOf(nameless).toBeFunction();
    // @ts-expect-error a text is not a file
    expectTypeOf(() => uploadAttachment(client, item, "text")).toBeFunction();
    const other = createQBenchClient<{ "/things": { get: { responses: { 200: { content: never } } } } }>({
      baseUrl: "https://lab.example",
      clientId: "id",
      clientSecret: "secret",
    });
    // @ts-expect-error the document has no attachments
    expectTypeOf(() => uploadAttachment(other, item, bytes)).toBeFunction();
  });
});
