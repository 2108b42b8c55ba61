import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { watchBody } from "../../src/transport/watch-body.ts";

describe("watchBody of answers that came over a connection", () => {
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

  it("knows that an answer to HEAD has no body", async () => {
    const ended = vi.fn();
    watchBody(await fetch(url, { method: "HEAD" }), { onEnd: ended });
    expect(ended).toHaveBeenCalledOnce();
  });

  it("reads as fetch does", async () => {
    for (const read of [
      (response: Response) => response.json(),
      (response: Response) => new Response(response.body).json(),
    ]) {
      const ended = vi.fn();
      const response = watchBody(await fetch(url), { onEnd: ended });
      expect(response.url).toBe(`${url}/`);
      await expect(read(response)).resolves.toEqual({ a: 1 });
      expect(ended).toHaveBeenCalledOnce();
    }
    const ended = vi.fn();
    await watchBody(await fetch(`${url}/empty`), { onEnd: ended }).text();
    expect(ended).toHaveBeenCalledOnce();
  });

  it("ends with the request's abort", async () => {
    const ended = vi.fn();
    const controller = new AbortController();
    const { signal } = controller;
    const response = watchBody(await fetch(`${url}/open`, { signal }), { onEnd: ended, signal });
    const text = response.text();
    controller.abort("enough");
    await expect(text).rejects.toBe("enough");
    expect(ended).toHaveBeenCalledOnce();
  });
});
