import { generateKeyPairSync } from "node:crypto";
import { OAuth2Client, OAuth2Fetch } from "@badgateway/oauth2-client";
import { createConfig, createClient as createHeyApiClient } from "@hey-api/client-fetch";
import { createAppAuth } from "@octokit/auth-app";
import { request as octokitRequest } from "@octokit/request";
import type { paths } from "@qbench-sdk/types";
import axios, { type AxiosInstance } from "axios";
import { createAuthRefresh } from "axios-auth-refresh";
import ky from "ky";
import createClient from "openapi-fetch";
import type { Settings } from "../servers/servers.ts";
import { authorization, body, contacts, openapiRequests, callers as own, query, type Requests } from "./requests.ts";

const tokenPath = "/qbench/api/v2/auth/token";

/** Other libraries that make the same two requests, each with a token and without retries. */
export const callers = {
  "openapi-fetch": own["openapi-fetch"],

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
