import { expect } from "vitest";
import { type createTestEmulator, jidOf } from "../support/client.js";
import type { Expected, Row } from "./row.js";

export type TestEmulator = ReturnType<typeof createTestEmulator>;

export interface Received {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the expectations describe the body
  body: any;
}

/** Replaces the names in braces by their values. */
export async function fill<T>({ client, assertion, exchange }: TestEmulator, value: T): Promise<T> {
  let text = JSON.stringify(value).replaceAll("{api_client_id}", client.id);
  if (text.includes("{assertion}")) text = text.replaceAll("{assertion}", await assertion());
  if (text.includes("{refresh_token}")) {
    const response = await exchange();
    const { refresh_token } = (await response.json()) as { refresh_token: string };
    text = text.replaceAll("{refresh_token}", refresh_token).replaceAll("{jid}", jidOf(response));
  }
  return JSON.parse(text);
}

/** Sends the requests that come before a row. */
export async function sendGiven(tested: TestEmulator, { given = [] }: Row): Promise<void> {
  for (const [request, json] of given) {
    const [method = "", path = ""] = request.split(" ");
    const { status, body } = await tested.request(method, path, json);
    expect(status, JSON.stringify(body)).toBeLessThan(300);
  }
}

/** Sends the form of a row, without an access token. */
export async function sendForm(
  tested: TestEmulator,
  path: string,
  { form = {}, encoding, cookie }: Pick<Row, "form" | "encoding" | "cookie">,
): Promise<Received> {
  let body: URLSearchParams | FormData = new URLSearchParams(form);
  if (encoding === "multipart") {
    body = new FormData();
    for (const [name, value] of Object.entries(form)) body.set(name, value);
  }
  const response = await tested.post(path, body, cookie === undefined ? {} : { Cookie: cookie });
  return { status: response.status, body: await response.json() };
}

const idsOf = (records: readonly { id: unknown }[]): unknown[] => records.map(({ id }) => id);

/** Compares a response with what a row expects. */
export async function check(tested: TestEmulator, { status, body }: Received, expected: Expected): Promise<void> {
  const { total, ids, sameIdsAs, data } = expected;
  expect(status, JSON.stringify(body)).toBe(expected.status);
  if (total !== undefined) expect(body.total_count).toBe(total);
  if (ids) expect(idsOf(body.data)).toEqual(ids);
  if (sameIdsAs) {
    const [path = "", field] = sameIdsAs.split(" ");
    const other = (await tested.request("GET", path)).body.data;
    expect(idsOf(body.data).sort()).toEqual(idsOf(field === undefined ? other : other[field]).sort());
  }
  if (data) expect(Array.isArray(data) ? body.data.slice(0, data.length) : body.data).toMatchObject(data);
  if (typeof expected.body === "string") expect(body).toContain(expected.body);
  else if (expected.body) expect(body).toMatchObject(expected.body);
}
