import { describe, expect, it } from "vitest";
import { type EmulatorOptions, startEmulator } from "../src/index.js";
import { createTestEmulator } from "./support/client.js";

const tokenName = "x-amz-security-token";

/** Moves the token from a presigned URL to a header and leaves the rest unchanged (docs/qbench-api.md §8). */
function moveToken(presigned: string): { url: string; headers: Record<string, string> } {
  const [, token = ""] = /x-amz-security-token=([^&]*)&/.exec(presigned) ?? [];
  return {
    url: presigned.replace(/x-amz-security-token=[^&]*&/, ""),
    headers: { [tokenName]: decodeURIComponent(token) },
  };
}

const bytes = new Uint8Array([0, 1, 2, 253, 254, 255]);

function createStorageTest(options: EmulatorOptions = {}) {
  const test = createTestEmulator(options);
  const create = async (): Promise<{ id: number; upload_url: string }> => {
    const item = { attachment_type: "ORDER", object_id: 3, file_name: "chain of custody.pdf" };
    const { status, body } = await test.request("POST", "/attachments", [item]);
    expect(status).toBe(201);
    return body.data[0];
  };
  const put = (url: string, headers: Record<string, string>, body: BodyInit = bytes): Promise<Response> =>
    test.emulator.fetch(new Request(url, { method: "PUT", headers, body }));
  const get = (url: string, headers: Record<string, string> = {}): Promise<Response> =>
    test.emulator.fetch(new Request(url, { headers }));
  return { ...test, create, put, get };
}

const codeOf = async (response: Response): Promise<string> =>
  `${response.status} ${/<Code>(\w+)/.exec(await response.text())?.[1]}`;

describe("attachments", () => {
  it("stores a file that is uploaded to the presigned URL of an attachment, and then shows its URL", async () => {
    const { emulator, request, create, put, get } = createStorageTest();
    const { id, upload_url } = await create();
    expect((await request("GET", `/attachments/${id}`)).body.data).toMatchObject({ url: null, asset: null });

    const { url, headers } = moveToken(upload_url);
    expect((await put(url, headers)).status).toBe(200);
    const { data } = (await request("GET", `/attachments/${id}`)).body;
    expect(data).toMatchObject({ object_id: 3, attachment_data_type: "ORDER" });
    expect(data.asset).toMatchObject({ file_name: "chain of custody.pdf", url: data.url });

    const file = await get(data.url);
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(bytes);
    expect(file.headers.get("Content-Length")).toBe("6");
    expect(emulator.stats).toMatchObject({ uploads: 1, downloads: 1 });
  });

  it("returns an upload URL in the form of S3's signature version 2", async () => {
    const { upload_url } = await createStorageTest().create();
    expect(upload_url).toMatch(
      /^https:\/\/lab\.example\/emulated-s3\/[^?]+\?AWSAccessKeyId=ASIA[0-9A-F]{16}&Signature=[\w/%]+=&x-amz-security-token=[^&]*%2B[^&]*%2F[^&]*&Expires=\d+$/,
    );
  });

  it("lists an attachment with its URL below the record that it belongs to", async () => {
    const { request, create, put } = createStorageTest();
    const { id, upload_url } = await create();
    const { url, headers } = moveToken(upload_url);
    await put(url, headers);
    const { data } = (await request("GET", "/orders/3/attachments")).body;
    expect(data.find((attachment: { id: number }) => attachment.id === id).url).toContain("/emulated-s3/");
  });
});

describe("uploads", () => {
  it("rejects an upload whose token is in the query or missing", async () => {
    const { create, put } = createStorageTest();
    const { upload_url } = await create();
    expect(await codeOf(await put(upload_url, {}))).toBe("403 SignatureDoesNotMatch");
    expect(await codeOf(await put(upload_url, moveToken(upload_url).headers))).toBe("403 SignatureDoesNotMatch");
    expect(await codeOf(await put(moveToken(upload_url).url, {}))).toBe("403 SignatureDoesNotMatch");
  });

  it("rejects an upload with a Content-Type or an x-amz- header that was not signed", async () => {
    const { create, put } = createStorageTest();
    const { url, headers } = moveToken((await create()).upload_url);
    for (const extra of [{ "Content-Type": "application/pdf" }, { "x-amz-acl": "private" }]) {
      expect(await codeOf(await put(url, { ...headers, ...extra }))).toBe("403 SignatureDoesNotMatch");
    }
    expect((await put(url, { ...headers, "Accept-Language": "en" })).status).toBe(200);
  });

  it("rejects an upload with an Authorization header", async () => {
    const { create, put } = createStorageTest();
    const { url, headers } = moveToken((await create()).upload_url);
    expect(await codeOf(await put(url, { ...headers, Authorization: "Bearer x" }))).toBe("400 InvalidArgument");
  });

  it("rejects an upload whose query was rewritten", async () => {
    const { create, put } = createStorageTest();
    const { url, headers } = moveToken((await create()).upload_url);
    const rewritten = new URL(url);
    rewritten.search = rewritten.searchParams.toString();
    expect(rewritten.href).not.toBe(url);
    expect(await codeOf(await put(rewritten.href, headers))).toBe("403 SignatureDoesNotMatch");
  });

  it("rejects a presigned URL at another path, with another method, and after an hour", async () => {
    const { clock, create, put, get } = createStorageTest();
    const { url, headers } = moveToken((await create()).upload_url);
    expect(await codeOf(await put(url.replace("custody", "command"), headers))).toBe("403 SignatureDoesNotMatch");
    expect(await codeOf(await get(url, headers))).toBe("403 SignatureDoesNotMatch");
    clock.advance(3601_000);
    expect(await codeOf(await put(url, headers))).toBe("403 AccessDenied");
  });

  it("rejects an upload over HTTP without a Content-Length", async () => {
    const running = await startEmulator();
    try {
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(bytes);
          controller.close();
        },
      });
      const init: RequestInit & { duplex: "half" } = { method: "PUT", body, duplex: "half" };
      expect(await codeOf(await fetch(`${running.url}/emulated-s3/x`, init))).toBe("501 NotImplemented");
    } finally {
      await running.close();
    }
  });
});

describe("presigned URLs", () => {
  it("serves a presigned URL without an access token, scopes or a rate limit", async () => {
    const { emulator, request, get } = createStorageTest({
      limits: { requests: 2 },
      clients: [{ scopes: ["GET /attachments*"] }],
    });
    const { url } = (await request("GET", "/attachments/1")).body.data;
    emulator.revokeTokens();
    for (let read = 0; read < 5; read++) expect((await get(url)).status).toBe(200);
    expect(emulator.stats).toMatchObject({ downloads: 5, throttledByRate: 0, apiCalls: 1 });
  });

  it("applies faults for storage to presigned URLs only", async () => {
    const { emulator, request, get } = createStorageTest();
    const { url } = (await request("GET", "/attachments/1")).body.data;
    emulator.faults.add({ on: "storage", status: 503, body: "<Error><Code>SlowDown</Code></Error>", times: 1 });
    expect((await request("GET", "/attachments/1")).status).toBe(200);
    expect(await codeOf(await get(url))).toBe("503 SlowDown");
    expect((await get(url)).status).toBe(200);
  });

  it("allows a browser to send the header for the token of an upload", async () => {
    const { emulator, put, create } = createStorageTest({ clients: [{ corsOrigin: "https://app.example" }] });
    const { url, headers } = moveToken((await create()).upload_url);
    const preflight = await emulator.fetch(
      new Request(url, {
        method: "OPTIONS",
        headers: { Origin: "https://app.example", "Access-Control-Request-Method": "PUT" },
      }),
    );
    expect(preflight.headers.get("Access-Control-Allow-Headers")).toContain(tokenName);
    const response = await put(url, { ...headers, Origin: "https://app.example" });
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe("https://app.example");
  });
});

describe("reports and print documents", () => {
  const create = async (request: ReturnType<typeof createTestEmulator>["request"]) => {
    const { status, body } = await request("POST", "/reports", [{ report_config_id: 1, test_id: 5 }]);
    expect(status).toBe(201);
    return body.data[0];
  };

  it("renders a report after one read as PENDING, and serves its PDF without an access token", async () => {
    const { request, get } = createStorageTest();
    const created = await create(request);
    expect(created).toMatchObject({ render_status: "PENDING", url: null, test_id: 5 });
    expect((await request("GET", `/reports/${created.id}`)).body.data).toMatchObject({ render_status: "PENDING" });
    const { data } = (await request("GET", `/reports/${created.id}`)).body;
    expect(data).toMatchObject({ render_status: "SUCCESSFUL", render_error_message: null });
    const file = await get(data.url);
    expect(file.headers.get("Content-Type")).toBe("application/pdf");
    expect(await file.text()).toMatch(/^%PDF-1\.4\n[\s\S]*%%EOF\n$/);
  });

  it("keeps a report PENDING for the reads and the time that the options set", async () => {
    const { request, clock } = createStorageTest({ rendering: { pendingReads: 0, pendingMs: 5000 } });
    const { id } = await create(request);
    const status = async () => (await request("GET", `/reports/${id}`)).body.data.render_status;
    expect(await status()).toBe("PENDING");
    clock.advance(4999);
    expect(await status()).toBe("PENDING");
    clock.advance(1);
    const { data } = (await request("GET", "/reports?report_render_statuses=PENDING")).body;
    expect(data).toEqual([]);
    expect(await status()).toBe("SUCCESSFUL");
  });

  it("fails to render a report with the message that the options set", async () => {
    const { request } = createStorageTest({ rendering: { pendingReads: 0, error: "The template has no body" } });
    const { id } = await create(request);
    expect((await request("GET", `/reports/${id}`)).body.data).toMatchObject({
      render_status: "FAILED",
      render_error_message: "The template has no body",
      url: null,
    });
  });

  it("renders a print document like a report", async () => {
    const { request, get } = createStorageTest({ rendering: { pendingReads: 0 } });
    const { body } = await request("POST", "/printdocs", [{ printdoc_config_id: 1, order_id: 2 }]);
    expect(body.data[0]).toMatchObject({ render_status: "PENDING", url: null });
    const { data } = (await request("GET", `/printdocs/${body.data[0].id}`)).body;
    expect((await get(data.url)).headers.get("Content-Type")).toBe("application/pdf");

    const failing = createTestEmulator({ rendering: { pendingReads: 0, error: "No such field" } });
    const { id } = (await failing.request("POST", "/printdocs", [{ printdoc_config_id: 1, order_id: 2 }])).body.data[0];
    expect((await failing.request("GET", `/printdocs/${id}`)).body.data).toMatchObject({
      render_error: "No such field",
    });
  });

  it("accepts the ids of a new report as strings, as the document declares them", async () => {
    const { request } = createStorageTest();
    const { status, body } = await request("POST", "/reports", [{ report_config_id: "1", test_ids: ["5", "6"] }]);
    expect(status).toBe(201);
    expect(body.data[0].report_config_id).toBe(1);
    expect((await request("POST", "/reports", [{ report_config_id: true }])).status).toBe(400);
  });
});
