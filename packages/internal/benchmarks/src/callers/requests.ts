import { createAuthMiddleware, ReplayableRequest } from "@qbench-sdk/auth";
import { createQBenchClient } from "@qbench-sdk/client";
import type { paths } from "@qbench-sdk/types";
import createClient, { type Client, type ClientOptions, type Middleware } from "openapi-fetch";
import { noLimits, type Settings } from "../servers/servers.ts";

type Call = () => Promise<unknown>;

/** Requests with one library: a GET of a page, and a POST of JSON. */
export interface Requests {
  readonly get: Call;
  readonly post: Call;
}

export const contacts = "/qbench/api/v2/contacts";
export const query = { page_num: 1, page_size: 50 };
export const body = [{ first_name: "A", email_address: "contact@example.net" }];
export const authorization = { Authorization: "Bearer token-1" };

/** The client, and what it is compared with. */
export const callers = {
  /** All defaults: token, limits, retries and timeouts. The limiter counts requests, but its limits delay none. */
  client: settings => openapiRequests(createQBenchClient({ ...settings, limits: noLimits })),

  "openapi-fetch": ({ baseUrl }) => openapiRequests(createClient<paths>({ baseUrl, headers: authorization })),

  staticMiddleware: ({ baseUrl }) =>
    withMiddleware(
      { baseUrl },
      {
        onRequest({ request }) {
          request.headers.set("Authorization", authorization.Authorization);
          return request;
        },
      },
    ),

  /** Combines openapi-fetch and the middleware in the same way as `createQBenchClient`. */
  authMiddleware: settings =>
    withMiddleware(
      { baseUrl: settings.baseUrl, Request: ReplayableRequest, redirect: "manual" },
      createAuthMiddleware(settings),
    ),
} satisfies Record<string, (settings: Settings) => Requests>;

export function openapiRequests(client: Pick<Client<paths>, "GET" | "POST">): Requests {
  return {
    get: () => client.GET(contacts, { params: { query } }),
    post: () => client.POST(contacts, { body }),
  };
}

function withMiddleware(options: ClientOptions, middleware: Middleware): Requests {
  const client = createClient<paths>(options);
  client.use(middleware);
  return openapiRequests(client);
}
