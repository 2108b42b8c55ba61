/** The same call as an integrator would write it by hand: signs an assertion, exchanges it for a token, and uses it. */
import { createHmac } from "node:crypto";
import createClient from "openapi-fetch";

const { QBENCH_URL: baseUrl = "", QBENCH_CLIENT_ID, QBENCH_CLIENT_SECRET = "" } = process.env;

/** @param {object} value */
const encode = value => Buffer.from(JSON.stringify(value)).toString("base64url");

const iat = Math.floor(Date.now() / 1000);
const claims = { sub: QBENCH_CLIENT_ID, iat, exp: iat + 600 };
const unsigned = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
const signature = createHmac("sha256", QBENCH_CLIENT_SECRET).update(unsigned).digest("base64url");

const response = await fetch(`${baseUrl}/qbench/api/v2/auth/token`, {
  method: "POST",
  body: new URLSearchParams({
    grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
    assertion: `${unsigned}.${signature}`,
  }),
});
if (!response.ok) throw new Error(`The token request failed: ${response.status}`);
const { access_token } = await response.json();

/** @type {import("openapi-fetch").Client<import("@qbench-sdk/types").paths>} */
const client = createClient({ baseUrl, headers: { Authorization: `Bearer ${access_token}` } });
const { data } = await client.GET("/qbench/api/v2/contacts/{contact_id}", { params: { path: { contact_id: 1 } } });
if (data?.data.id !== 1) throw new Error("The contact was not read");
