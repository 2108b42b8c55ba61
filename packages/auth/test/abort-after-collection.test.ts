import createClient from "openapi-fetch";
import { expect, test } from "vitest";
import { createAuthMiddleware, ReplayableRequest } from "../src/index.ts";
import { collectGarbage } from "./support/collect-garbage.ts";
import { startServer } from "./support/local-server.ts";
import { CLIENT_ID, CLIENT_SECRET, ORDERS, type OrderPaths } from "./support/tenant.ts";

/** Starts a tenant that rejects some API requests and never responds to the next one. */
async function startSilentTenant(rejected: number) {
  let requests = 0;
  let arrived = () => {};
  const unanswered = new Promise<void>(resolve => {
    arrived = resolve;
  });
  const baseUrl = await startServer((request, response) => {
    if (request.url?.endsWith("/token")) {
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify({ access_token: `token-${requests}`, token_type: "Bearer", expires_in: 3600 }));
    } else if (++requests <= rejected) response.writeHead(401).end();
    else arrived();
  });
  return { baseUrl, unanswered };
}

test.for([
  ["a replay without a body", 1, "GET", {}],
  ["a replay of the copy of a body", 1, "POST", {}],
  ["a replay of a remembered body", 1, "POST", { Request: ReplayableRequest }],
  ["a request with another fetch", 0, "GET", { fetch: (request: Request) => fetch(request) }],
  ["a replay with another fetch", 1, "POST", { fetch: (request: Request) => fetch(request) }],
] as const)("aborts %s after a garbage collection", { timeout: 10_000 }, async ([, rejected, method, options]) => {
  const { baseUrl, unanswered } = await startSilentTenant(rejected);
  const client = createClient<OrderPaths>({ baseUrl, ...options });
  client.use(createAuthMiddleware({ baseUrl, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET }));
  const controller = new AbortController();
  const { signal } = controller;
  const call = method === "GET" ? client.GET(ORDERS, { signal }) : client.POST(ORDERS, { body: [], signal });
  await unanswered;
  await collectGarbage();
  controller.abort();
  await expect(call).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
});
