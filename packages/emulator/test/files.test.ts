import { describe, expect, it } from "vitest";
import { type EmulatorOptions, startEmulator } from "../src/index.js";
import { setUp } from "./support/client.js";

const tokenName = "x-amz-security-token";

/** Splits a presigned address as QBench's own integrations do: the token goes into a header, the rest stays as it is. */
function moveToken(address: string): { url: string; headers: Record<string, string> } {
  const [, token = ""] = /x-amz-security-token=([^&]*)&/.exec(address) ?? [];
  return {
    url: address.replace(/x-amz-security-token=[^&]*&/, ""),
    headers: { [tokenName]: decodeURIComponent(token) },
  };
}

const bytes = new Uint8Array([0, 1, 2, 253, 254, 255]);

function storage(options: EmulatorOptions = {}) {
  const service = setUp(options);
  const create = async (): Promise<{ id: number; upload_url: string }> => {
    const item = { attachment_type: "ORDER", object_id: 3, file_name: "chain of custody.pdf" };
    const { status, body } = await service.call("POST", "/attachments", [item]);
    expect(status).toBe(201);
    return body.data[0];
  };
  const put = (url: string, headers: Record<string, string>, body: BodyInit = bytes): Promise<Response> =>
    service.emulator.fetch(new Request(url, { method: "PUT", headers, body }));
  const get = (url: string, headers: Record<string, string> = {}): Promise<Response> =>
    service.emulator.fetch(new Request(url, { headers }));
  return { ...service, create, put, get };
}

const codeOf = async (response: Response): Promise<string> =>
  `${response.status} ${/<Code>(\w+)/.exec(await response.text())?.[1]}`;

describe("an attachment", () => {
  it("takes its file at a presigned address, and then shows where it is", async () => {
    const { emulator, call, create, put, get } = storage();
    const { id, upload_url } = await create();
    expect((await call("GET", `/attachments/${id}`)).body.data).toMatchObject({ url: null, asset: null });

    const { url, headers } = moveToken(upload_url);
    expect((await put(url, headers)).status).toBe(200);
    const { data } = (await call("GET", `/attachments/${id}`)).body;
    expect(data).toMatchObject({ object_id: 3, attachment_data_type: "ORDER" });
    expect(data.asset).toMatchObject({ file_name: "chain of custody.pdf", url: data.url });

    const file = await get(data.url);
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(bytes);
    expect(file.headers.get("Content-Length")).toBe("6");
    expect(emulator.stats).toMatchObject({ uploads: 1, downloads: 1 });
  });

  it("has an address in the form of S3's signature version 2", async () => {
    const { upload_url } = await storage().create();
    expect(upload_url).toMatch(
      /^https:\/\/lab\.example\/emulated-s3\/[^?]+\?AWSAccessKeyId=ASIA[0-9A-F]{16}&Signature=[\w/%]+=&x-amz-security-token=[^&]*%2B[^&]*%2F[^&]*&Expires=\d+$/,
    );
  });

  it("is listed with its address, below the record it belongs to", async () => {
    const { call, create, put } = storage();
    const { id, upload_url } = await create();
    const { url, headers } = moveToken(upload_url);
    await put(url, headers);
    const { data } = (await call("GET", "/orders/3/attachments")).body;
    expect(data.find((attachment: { id: number }) => attachment.id === id).url).toContain("/emulated-s3/");
  });
});

describe("an upload is refused", () => {
  it("when the token is still in the query, or is not there at all", async () => {
    const { create, put } = storage();
    const { upload_url } = await create();
    expect(await codeOf(await put(upload_url, {}))).toBe("403 SignatureDoesNotMatch");
    expect(await codeOf(await put(upload_url, moveToken(upload_url).headers))).toBe("403 SignatureDoesNotMatch");
    expect(await codeOf(await put(moveToken(upload_url).url, {}))).toBe("403 SignatureDoesNotMatch");
  });

  it("with a Content-Type or an x-amz- header that was not signed", async () => {
    const { create, put } = storage();
    const { url, headers } = moveToken((await create()).upload_url);
    for (const extra of [{ "Content-Type": "application/pdf" }, { "x-amz-acl": "private" }]) {
      expect(await codeOf(await put(url, { ...headers, ...extra }))).toBe("403 SignatureDoesNotMatch");
    }
    expect((await put(url, { ...headers, "Accept-Language": "en" })).status).toBe(200);
  });

  it("with an Authorization header", async () => {
    const { create, put } = storage();
    const { url, headers } = moveToken((await create()).upload_url);
    expect(await codeOf(await put(url, { ...headers, Authorization: "Bearer x" }))).toBe("400 InvalidArgument");
  });

  it("when the query was written anew", async () => {
    const { create, put } = storage();
    const { url, headers } = moveToken((await create()).upload_url);
    const rewritten = new URL(url);
    rewritten.search = rewritten.searchParams.toString();
    expect(rewritten.href).not.toBe(url);
    expect(await codeOf(await put(rewritten.href, headers))).toBe("403 SignatureDoesNotMatch");
  });

  it("at another path, by another method, and after an hour", async () => {
    const { clock, create, put, get } = storage();
    const { url, headers } = moveToken((await create()).upload_url);
    expect(await codeOf(await put(url.replace("custody", "command"), headers))).toBe("403 SignatureDoesNotMatch");
    expect(await codeOf(await get(url, headers))).toBe("403 SignatureDoesNotMatch");
    clock.advance(3601_000);
    expect(await codeOf(await put(url, headers))).toBe("403 AccessDenied");
  });

  it("over HTTP also when its length is not told", async () => {
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

describe("storage", () => {
  it("knows no rate limit, no scopes and no access token", async () => {
    const { emulator, call, get } = storage({
      limits: { requests: 2 },
      clients: [{ scopes: ["GET /attachments*"] }],
    });
    const { url } = (await call("GET", "/attachments/1")).body.data;
    emulator.revokeTokens();
    for (let read = 0; read < 5; read++) expect((await get(url)).status).toBe(200);
    expect(emulator.stats).toMatchObject({ downloads: 5, throttledByRate: 0, apiCalls: 1 });
  });

  it("has faults of its own", async () => {
    const { emulator, call, get } = storage();
    const { url } = (await call("GET", "/attachments/1")).body.data;
    emulator.faults.add({ on: "storage", status: 503, body: "<Error><Code>SlowDown</Code></Error>", times: 1 });
    expect((await call("GET", "/attachments/1")).status).toBe(200);
    expect(await codeOf(await get(url))).toBe("503 SlowDown");
    expect((await get(url)).status).toBe(200);
  });

  it("lets a browser send the header that the token is moved to", async () => {
    const { emulator, put, create } = storage({ clients: [{ corsOrigin: "https://app.example" }] });
    const { url, headers } = moveToken((await create()).upload_url);
    const preflight = await emulator.fetch(
      new Request(url, {
        method: "OPTIONS",
        headers: { Origin: "https://app.example", "Access-Control-Request-Method": "PUT" },
      }),
    );
    expect(preflight.headers.get("Access-Control-Allow-Headers")).toContain(tokenName);
    const answer = await put(url, { ...headers, Origin: "https://app.example" });
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("https://app.example");
  });
});

describe("a report", () => {
  const create = async (call: ReturnType<typeof setUp>["call"]) => {
    const { status, body } = await call("POST", "/reports", [{ report_config_id: 1, test_id: 5 }]);
    expect(status).toBe(201);
    return body.data[0];
  };

  it("is PENDING for one read, and then has a PDF that anybody with its address can read", async () => {
    const { call, get } = storage();
    const created = await create(call);
    expect(created).toMatchObject({ render_status: "PENDING", url: null, test_id: 5 });
    expect((await call("GET", `/reports/${created.id}`)).body.data).toMatchObject({ render_status: "PENDING" });
    const { data } = (await call("GET", `/reports/${created.id}`)).body;
    expect(data).toMatchObject({ render_status: "SUCCESSFUL", render_error_message: null });
    const file = await get(data.url);
    expect(file.headers.get("Content-Type")).toBe("application/pdf");
    expect(await file.text()).toMatch(/^%PDF-1\.4\n[\s\S]*%%EOF\n$/);
  });

  it("takes as many reads and as long as is chosen", async () => {
    const { call, clock } = storage({ rendering: { pendingReads: 0, pendingMs: 5000 } });
    const { id } = await create(call);
    const status = async () => (await call("GET", `/reports/${id}`)).body.data.render_status;
    expect(await status()).toBe("PENDING");
    clock.advance(4999);
    expect(await status()).toBe("PENDING");
    clock.advance(1);
    const { data } = (await call("GET", "/reports?report_render_statuses=PENDING")).body;
    expect(data).toEqual([]);
    expect(await status()).toBe("SUCCESSFUL");
  });

  it("fails where that is chosen, and says why", async () => {
    const { call } = storage({ rendering: { pendingReads: 0, error: "The template has no body" } });
    const { id } = await create(call);
    expect((await call("GET", `/reports/${id}`)).body.data).toMatchObject({
      render_status: "FAILED",
      render_error_message: "The template has no body",
      url: null,
    });
  });

  it("is much the same as a print document", async () => {
    const { call, get } = storage({ rendering: { pendingReads: 0 } });
    const { body } = await call("POST", "/printdocs", [{ printdoc_config_id: 1, order_id: 2 }]);
    expect(body.data[0]).toMatchObject({ render_status: "PENDING", url: null });
    const { data } = (await call("GET", `/printdocs/${body.data[0].id}`)).body;
    expect((await get(data.url)).headers.get("Content-Type")).toBe("application/pdf");

    const failing = setUp({ rendering: { pendingReads: 0, error: "No such field" } });
    const { id } = (await failing.call("POST", "/printdocs", [{ printdoc_config_id: 1, order_id: 2 }])).body.data[0];
    expect((await failing.call("GET", `/printdocs/${id}`)).body.data).toMatchObject({ render_error: "No such field" });
  });

  it("takes ids as texts, as the document declares them", async () => {
    const { call } = storage();
    const { status, body } = await call("POST", "/reports", [{ report_config_id: "1", test_ids: ["5", "6"] }]);
    expect(status).toBe(201);
    expect(body.data[0].report_config_id).toBe(1);
    expect((await call("POST", "/reports", [{ report_config_id: true }])).status).toBe(400);
  });
});
