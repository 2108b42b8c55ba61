import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import createClient from "openapi-fetch";
import { expect, onTestFinished, test } from "vitest";
import { createAuthMiddleware, ReplayableRequest } from "../src/index.ts";
import { CLIENT_ID, ORDERS } from "./support/tenant.ts";

interface TestPaths {
  "/qbench/api/v2/orders": {
    get: { responses: { 200: { content: { "application/json": unknown } } } };
    post: {
      requestBody: { content: { "application/json": unknown } };
      responses: { 200: { content: { "application/json": unknown } } };
    };
  };
}

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** Starts a tenant that rejects the first API request and never responds to the second. */
async function startSilentTenant() {
  let requests = 0;
  let arrived = () => {};
  const second = new Promise<void>(resolve => {
    arrived = resolve;
  });
  const server = createServer((request, response) => {
    if (request.url?.endsWith("/token")) {
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify({ access_token: `token-${requests}`, token_type: "Bearer", expires_in: 3600 }));
    } else if (++requests === 1) response.writeHead(401).end();
    else arrived();
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, second };
}

test.for([
  ["a request without a body", "GET", undefined],
  ["the copy of a body", "POST", undefined],
  ["a remembered body", "POST", ReplayableRequest],
] as const)("aborts a replay after a garbage collection: %s", { timeout: 10_000 }, async ([, method, Request]) => {
  const { baseUrl, second } = await startSilentTenant();
  const client = createClient<TestPaths>({ baseUrl, ...(Request && { Request }) });
  client.use(createAuthMiddleware({ baseUrl, clientId: CLIENT_ID, clientSecret: "s".repeat(32) }));
  const controller = new AbortController();
  const { signal } = controller;
  const call = method === "GET" ? client.GET(ORDERS, { signal }) : client.POST(ORDERS, { body: [], signal });
  await second;
  for (let collections = 0; collections < 3; collections++) {
    // What a job has used stays in memory until its end.
    await setImmediate();
    collectGarbage();
  }
  controller.abort();
  await expect(call).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
});
