/** The same call with the token that an integrator keeps in a JSON file, TOKEN_FILE. */
import { readFile } from "node:fs/promises";
import createClient from "openapi-fetch";

const { QBENCH_URL: baseUrl = "", TOKEN_FILE = "" } = process.env;
const { access_token, expires_at } = JSON.parse(await readFile(TOKEN_FILE, "utf8"));
if (Date.now() > expires_at - 30_000) throw new Error("The stored token has expired");

/** @type {import("openapi-fetch").Client<import("@qbench-sdk/types").paths>} */
const client = createClient({ baseUrl, headers: { Authorization: `Bearer ${access_token}` } });
const { data } = await client.GET("/qbench/api/v2/contacts/{contact_id}", { params: { path: { contact_id: 1 } } });
if (data?.data.id !== 1) throw new Error("The contact was not read");
