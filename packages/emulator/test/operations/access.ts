import type { Table } from "./row.js";

const grant_type = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const assertion = "{assertion}";

export const access: Table = {
  "POST /auth/token": [
    {
      shows: "exchanges an assertion in a urlencoded form, as the vendor documents it",
      form: { grant_type, assertion },
      status: 200,
      body: { token_type: "Bearer", expires_in: 3600 },
    },
    {
      shows: "exchanges an assertion in a multipart form, as the document declares it",
      form: { grant_type, assertion },
      encoding: "multipart",
      status: 200,
      body: { token_type: "Bearer" },
    },
    {
      shows: "rejects another grant type",
      form: { grant_type: "client_credentials", assertion },
      status: 400,
      body: { error: "unsupported_grant_type" },
    },
    {
      shows: "rejects a form without an assertion",
      form: { grant_type },
      status: 400,
      body: { error: "invalid_request" },
    },
    {
      shows: "rejects an assertion that is not a JWT",
      form: { grant_type, assertion: "x" },
      status: 400,
      body: { error: "invalid_grant" },
    },
    { shows: "rejects a JSON body", json: { grant_type, assertion }, status: 400, body: { error: "invalid_request" } },
  ],
  "POST /auth/token/refresh": [
    {
      shows: "exchanges a refresh token and its cookie in a urlencoded form",
      form: { refresh_token_id: "{refresh_token}" },
      cookie: "jid={jid}",
      status: 200,
      body: { token_type: "Bearer", expires_in: 3600 },
    },
    {
      shows: "exchanges a refresh token and its cookie in a multipart form",
      form: { refresh_token_id: "{refresh_token}" },
      encoding: "multipart",
      cookie: "jid={jid}",
      status: 200,
      body: { token_type: "Bearer" },
    },
    {
      shows: "rejects a refresh token without its cookie",
      form: { refresh_token_id: "{refresh_token}" },
      status: 400,
      body: { error: "invalid_grant" },
    },
    { shows: "rejects a form without a refresh token", form: {}, status: 400, body: { error: "invalid_request" } },
  ],
  "GET /auth/token/info": [
    { shows: "describes the access token", status: 200, body: { client_id: "{api_client_id}", token_type: "Bearer" } },
  ],
  "GET /api-clients": [
    { shows: "lists the API clients", status: 200, total: 1, data: [{ id: "{api_client_id}", api_versions: "v2" }] },
    { shows: "returns an empty page past the end", path: "/api-clients?page_num=2", status: 200, total: 1, ids: [] },
  ],
  "GET /api-clients/{api_client_id}": [
    {
      shows: "returns an API client",
      path: "/api-clients/{api_client_id}",
      status: 200,
      data: { id: "{api_client_id}", client_type: "Server-Side Web Application" },
    },
  ],
  "GET /api-clients/{api_client_id}/customers": [
    {
      shows: "lists the customers of an API client",
      path: "/api-clients/{api_client_id}/customers?page_num=1&page_size=50",
      status: 200,
      total: 0,
    },
  ],
};
