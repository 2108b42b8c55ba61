import { generateKeyPairSync } from "node:crypto";
import { OAuth2Client, OAuth2Fetch } from "@badgateway/oauth2-client";
import { createConfig, createClient as createHeyApiClient } from "@hey-api/client-fetch";
import { createAppAuth } from "@octokit/auth-app";
import { request as octokitRequest } from "@octokit/request";
import { createAuthMiddleware, ReplayableRequest } from "@qbench-sdk/auth";
import { createQBenchClient } from "@qbench-sdk/client";
import type { paths } from "@qbench-sdk/types";
import axios, { type AxiosInstance } from "axios";
import { createAuthRefresh } from "axios-auth-refresh";
import ky from "ky";
import createClient, { type Client, type ClientOptions, type Middleware } from "openapi-fetch";
import { noLimits, type Settings } from "../servers/servers.ts";

type Call = () => Promise<unknown>;

/** Requests with one library: a GET of a page, and a POST of JSON. */
interface Requests {
  readonly get: Call;
  readonly post: Call;
}

const contacts = "/qbench/api/v2/contacts";
const query = { page_num: 1, page_size: 50 };
const body = [{ first_name: "A", email_address: "contact@example.net" }];
const authorization = { Authorization: "Bearer token-1" };
const tokenPath = "/qbench/api/v2/auth/token";

/** Libraries that make the same two requests, each with a token and without retries. */
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

  "@badgateway/oauth2-client": ({ baseUrl, ...credentials }) => {
    const client = new OAuth2Client({ server: baseUrl, tokenEndpoint: tokenPath, ...credentials });
    const wrapper = new OAuth2Fetch({ client, getNewToken: () => client.clientCredentials(), scheduleRefresh: false });
    const middleware = wrapper.mw();
    return openapiRequests(
      createClient<paths>({ baseUrl, fetch: request => middleware(request, () => globalThis.fetch(request)) }),
    );
  },

  "@hey-api/client-fetch": ({ baseUrl }) => {
    const client = createHeyApiClient(createConfig({ baseUrl, headers: authorization }));
    return { get: () => client.get({ url: contacts, query }), post: () => client.post({ url: contacts, body }) };
  },

  ky: ({ baseUrl }) => {
    const client = ky.create({ baseUrl, headers: authorization, retry: 0, throwHttpErrors: false });
    return {
      get: () => client.get(contacts, { searchParams: query }).json(),
      post: () => client.post(contacts, { json: body }).json(),
    };
  },

  axios: ({ baseUrl }) => {
    const client = createAxios(baseUrl);
    client.defaults.headers.common.Authorization = authorization.Authorization;
    return axiosRequests(client);
  },

  /** axios-auth-refresh fetches a token after a 401, so an interceptor has to set the header. */
  "axios-auth-refresh": ({ baseUrl }) => {
    const client = createAxios(baseUrl);
    let token = "token-1";
    client.interceptors.request.use(config => {
      config.headers.set("Authorization", `Bearer ${token}`);
      return config;
    });
    // @ts-expect-error axios-auth-refresh is typed against the CommonJS types of axios
    createAuthRefresh(client, async failed => {
      const response = await fetch(`${baseUrl}${tokenPath}`, { method: "POST" });
      token = (await response.json()).access_token;
      failed.response.config.headers.Authorization = `Bearer ${token}`;
    });
    return axiosRequests(client);
  },

  "@octokit/request": ({ baseUrl }) => octokitRequests(octokitRequest.defaults({ baseUrl, headers: authorization })),

  "@octokit/auth-app": ({ baseUrl }) => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const request = octokitRequest.defaults({ baseUrl, request: { fetch: fetchWithInstallationToken } });
    const auth = createAppAuth({
      appId: 1,
      installationId: 1,
      privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      request,
    });
    return octokitRequests(request.defaults({ request: { hook: auth.hook } }));
  },
} satisfies Record<string, (settings: Settings) => Requests>;

function openapiRequests(client: Pick<Client<paths>, "GET" | "POST">): Requests {
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

// axios's own HTTP adapter opens a connection for each request.
const createAxios = (baseURL: string): AxiosInstance =>
  axios.create({
    baseURL,
    adapter: "fetch",
    // Without this, axios keeps the fetch that is global when its module is loaded.
    env: { fetch: (input, init) => globalThis.fetch(input, init) },
    validateStatus: status => status !== 401,
  });

const axiosRequests = (client: AxiosInstance): Requests => ({
  get: () => client.get(contacts, { params: query }),
  post: () => client.post(contacts, body),
});

const octokitRequests = (request: typeof octokitRequest): Requests => ({
  get: () => request(`GET ${contacts}`, query),
  post: () => request(`POST ${contacts}`, { data: body }),
});

const fetchWithInstallationToken: typeof fetch = async (input, init) => {
  if (!String(input).includes("/access_tokens")) return globalThis.fetch(input, init);
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  return Response.json({ token: "token-1", expires_at: expiresAt, permissions: {} }, { status: 201 });
};
