import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { watchBody } from "../../src/transport/watch-body.ts";

describe("watchBody with real connections", () => {
  const server = createServer((request, response) => {
    if (request.url === "/empty") response.end();
    else if (request.url === "/open") response.write("a");
    else response.end('{"a":1}');
  });
  let url: string;
  beforeAll(async () => {
    await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it("watchBody calls onEnd immediately for a response to HEAD, which has no body", async () => {
    const onEnd = vi.fn();
    watchBody(await fetch(url, { method: "HEAD" }), { onEnd });
    expect(onEnd).toHaveBeenCalledOnce();
  });

  it("watchBody reads the same body as fetch", async () => {
    for (const read of [
      (response: Response) => response.json(),
      (response: Response) => new Response(response.body).json(),
    ]) {
      const onEnd = vi.fn();
      const response = watchBody(await fetch(url), { onEnd });
      expect(response.url).toBe(`${url}/`);
      await expect(read(response)).resolves.toEqual({ a: 1 });
      expect(onEnd).toHaveBeenCalledOnce();
    }
    const onEnd = vi.fn();
    await watchBody(await fetch(`${url}/empty`), { onEnd }).text();
    expect(onEnd).toHaveBeenCalledOnce();
  });

  it("watchBody calls onEnd when the request is aborted", async () => {
    const onEnd = vi.fn();
    const controller = new AbortController();
    const { signal } = controller;
    const response = watchBody(await fetch(`${url}/open`, { signal }), { onEnd, signal });
    const text = response.text();
    controller.abort("enough");
    await expect(text).rejects.toBe("enough");
    expect(onEnd).toHaveBeenCalledOnce();
  });
});
