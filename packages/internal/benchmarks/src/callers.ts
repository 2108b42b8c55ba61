import { generateKeyPairSync } from "node:crypto";
import { OAuth2Client, OAuth2Fetch } from "@badgateway/oauth2-client";
import { createAppAuth } from "@octokit/auth-app";
import { request as octokitRequest } from "@octokit/request";
import { createAuthMiddleware, createTokenSource, ReplayableRequest } from "@qbench-sdk/auth";
import axios, { type AxiosInstance } from "axios";
import { createAuthRefresh } from "axios-auth-refresh";
import createClient, { type Middleware } from "openapi-fetch";

export interface Paths {
  "/orders": {
    get: { responses: { 200: { content: { "application/json": unknown } } } };
    post: {
      requestBody: { content: { "application/json": unknown } };
      responses: { 200: { content: { "application/json": unknown } } };
    };
  };
}

type Fetch = (request: Request) => Promise<Response>;

/** Makes requests with one library: a GET, and a POST with a JSON body. */
export interface Caller {
  get(): Promise<unknown>;
  post(): Promise<unknown>;
}

const body = [{ id: 1, comments: "a comment", customer_id: 2, tags: ["a", "b"] }];
const credentials = { clientId: "client", clientSecret: "x".repeat(64) };

function openapiFetch(
  baseUrl: string,
  fetch: Fetch,
  middleware?: Middleware,
  RequestClass: typeof Request = Request,
): Caller {
  const client = createClient<Paths>({ baseUrl, fetch, Request: RequestClass, redirect: "manual" });
  if (middleware) client.use(middleware);
  return { get: () => client.GET("/orders"), post: () => client.POST("/orders", { body }) };
}

const staticHeader: Middleware = {
  onRequest({ request }) {
    request.headers.set("Authorization", "Bearer token-1");
    return request;
  },
};

export const bare = (baseUrl: string, fetch: Fetch): Caller => openapiFetch(baseUrl, fetch);

export const withStaticHeader = (baseUrl: string, fetch: Fetch): Caller => openapiFetch(baseUrl, fetch, staticHeader);

/** Combines openapi-fetch and @qbench-sdk/auth in the same way as `createQBenchClient`. */
export function withAuth(baseUrl: string, fetch: Fetch, RequestClass: typeof Request = ReplayableRequest): Caller {
  const source = createTokenSource({ baseUrl, ...credentials, fetch });
  return openapiFetch(baseUrl, fetch, createAuthMiddleware(source), RequestClass);
}

/** Combines openapi-fetch with the fetch middleware of @badgateway/oauth2-client. */
export function withBadgateway(baseUrl: string, fetch: Fetch): Caller {
  const client = new OAuth2Client({
    server: baseUrl,
    tokenEndpoint: "/qbench/api/v2/auth/token",
    ...credentials,
    fetch: (input, init) => fetch(new Request(input, init)),
  });
  const wrapper = new OAuth2Fetch({ client, getNewToken: () => client.clientCredentials(), scheduleRefresh: false });
  const middleware = wrapper.mw();
  return openapiFetch(baseUrl, request => middleware(request, fetch));
}

function axiosCaller(instance: AxiosInstance): Caller {
  return { get: () => instance.get("/orders"), post: () => instance.post("/orders", body) };
}

const createAxios = (baseURL: string, fetch: Fetch): AxiosInstance =>
  axios.create({
    baseURL,
    adapter: "fetch",
    env: { fetch: (input, init) => fetch(input instanceof Request ? input : new Request(input, init)) },
  });

export function axiosWithStaticHeader(baseUrl: string, fetch: Fetch): Caller {
  const instance = createAxios(baseUrl, fetch);
  instance.interceptors.request.use(config => {
    config.headers.set("Authorization", "Bearer token-1");
    return config;
  });
  return axiosCaller(instance);
}

/** Combines axios with axios-auth-refresh, which fetches a token after a 401. An interceptor sets the header. */
export function axiosWithRefresh(baseUrl: string, fetch: Fetch): Caller {
  const instance = createAxios(baseUrl, fetch);
  let token = "";
  instance.interceptors.request.use(config => {
    config.headers.set("Authorization", `Bearer ${token}`);
    return config;
  });
  // @ts-expect-error axios-auth-refresh is typed against the CommonJS types of axios
  createAuthRefresh(instance, async failed => {
    const response = await fetch(new Request(`${baseUrl}/qbench/api/v2/auth/token`, { method: "POST" }));
    token = (await response.json()).access_token;
    failed.response.config.headers.Authorization = `Bearer ${token}`;
  });
  return axiosCaller(instance);
}

/** Returns @octokit/request alone, and with the hook of @octokit/auth-app, which caches its token too. */
export function octokit(baseUrl: string, fetch: Fetch): { bare: Caller; withAuth: Caller } {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const respond = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    if (!request.url.includes("/access_tokens")) return fetch(request);
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    return Response.json({ token: "token-1", expires_at: expiresAt, permissions: {} }, { status: 201 });
  };
  const plain = octokitRequest.defaults({ baseUrl, request: { fetch: respond } });
  const auth = createAppAuth({
    appId: 1,
    installationId: 1,
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    request: plain,
  });
  const authenticated = plain.defaults({ request: { hook: auth.hook } });
  const caller = (request: typeof plain): Caller => ({
    get: () => request("GET /orders"),
    post: () => request("POST /orders", { data: body }),
  });
  return { bare: caller(plain), withAuth: caller(authenticated) };
}
