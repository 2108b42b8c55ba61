import { describe, expect, it } from "vitest";
import { otherRoutes } from "./operations/other-routes.js";
import type { OperationRow } from "./operations/row.js";
import { check, fill, type Received, sendForm, sendGiven, type TestEmulator } from "./operations/run-row.js";
import { firstRows, operationsWithRows } from "./operations/table.js";
import { createTestEmulator } from "./support/client.js";
import { documents, operationsOf } from "./support/documents.js";
import { responseValidator } from "./support/response-schema.js";

const base = "/qbench/api/v2";

describe.each(documents)("an emulator of $name", ({ document, options }) => {
  const operations = operationsOf(document);
  const differences = responseValidator(document);
  const create = () => createTestEmulator({ limits: { requests: 1_000_000 }, ...options });
  // Reads change nothing, so that they share an emulator.
  const shared = create();

  it("has a row for each operation, and no row for another one", () => {
    expect(operations).toHaveLength(169);
    expect(operationsWithRows.map(([operation]) => operation).sort()).toEqual(operations.sort());
    for (const { operation, status } of firstRows) expect([operation, status < 300]).toEqual([operation, true]);
  });

  /** Reads each record that a write returned. After a delete, expects that the record is gone. */
  async function readBack(tested: TestEmulator, { operation, method, path }: OperationRow, { body }: Received) {
    const returnsOne = operations.some(known => known.startsWith(`GET ${path}/{`) && known.endsWith("}"));
    for (const record of returnsOne && Array.isArray(body?.data) ? body.data : []) {
      const { url: _, upload_url: __, ...written } = record;
      expect((await tested.request("GET", `${path}/${record.id}`)).body.data).toMatchObject(written);
    }
    if (method !== "DELETE") return;
    expect((await tested.request("DELETE", path)).status).toBe(404);
    if (operations.includes(operation.replace("DELETE", "GET"))) {
      expect((await tested.request("GET", path)).status).toBe(404);
    }
  }

  it.each(operationsWithRows.flatMap(([, rows]) => rows))("$operation $shows", async unfilled => {
    const isRead = unfilled.method === "GET" && !unfilled.given;
    const tested = isRead ? shared : create();
    await sendGiven(tested, unfilled);
    const row = await fill(tested, unfilled);
    const { operation } = unfilled;
    const { method, path, json, form, after = {} } = row;
    const { byOperation } = tested.emulator.stats;
    const key = operation.replace(" ", ` ${base}`);
    const before = byOperation[key] ?? 0;
    const received = await (form ? sendForm(tested, `${base}${path}`, row) : tested.request(method, path, json));
    // The row reaches the operation that it is listed under.
    const isToken = path.startsWith("/auth/");
    if (isToken) expect(operation).toBe(`${method} ${path}`);
    else expect(byOperation[key]).toBe(before + 1);

    await check(tested, received, row);
    const { status, body } = received;
    // The document declares no responses of the token operations (docs/qbench-api.md §1.1).
    if (typeof body === "object") expect(differences(operation, status, body)).toEqual(isToken ? undefined : []);
    if (status < 300 && method !== "GET") {
      if (Array.isArray(json) && body?.data) expect(body.data).toHaveLength(json.length);
      await readBack(tested, { ...row, operation }, received);
    }
    for (const [read, expected] of Object.entries(after)) {
      await check(tested, await tested.request("GET", read), { status: 200, ...expected });
    }
  });
});

describe("a path that the document does not have", () => {
  it.each(otherRoutes)("$method $url $shows", async route => {
    const tested = createTestEmulator();
    const { method, url, ...row } = await fill(tested, route);
    const send = async (): Promise<Received> => {
      const headers = { Authorization: `Bearer ${await tested.token()}` };
      const response = await tested.emulator.fetch(new Request(`https://lab.example${url}`, { method, headers }));
      return { status: response.status, body: await response.json() };
    };
    await check(tested, await (row.form ? sendForm(tested, url, row) : send()), row);
  });

  it("The operations accept a token of the older token path, which has no refresh token", async () => {
    const tested = createTestEmulator();
    const token = await (await tested.exchange({}, "/qbench/oauth2/v1/token")).json();
    expect(Object.keys(token as object)).toEqual(["access_token", "token_type", "expires_in"]);
    const { access_token } = token as { access_token: string };
    const { status } = await tested.request("GET", "/orders", undefined, { Authorization: `Bearer ${access_token}` });
    expect(status).toBe(200);
  });
});
