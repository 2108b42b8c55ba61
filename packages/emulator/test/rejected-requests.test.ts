import { describe, expect, it } from "vitest";
import { resolve, type Schema } from "../src/openapi/document.js";
import type { OperationRow } from "./operations/row.js";
import { fill, sendGiven, type TestEmulator } from "./operations/run-row.js";
import { firstRows } from "./operations/table.js";
import { createTestEmulator } from "./support/client.js";
import { documents, operationsOf } from "./support/documents.js";
import { responseValidator } from "./support/response-schema.js";

const rows = firstRows.filter(({ form }) => !form);

/** A changed request of a row. */
interface Changed {
  row: OperationRow;
  path?: string;
  json?: unknown;
}

// Each test changes the successful requests of the table in one way, and expects the error of that kind.
describe.each(documents)("an emulator of $name", ({ document, options }) => {
  const differences = responseValidator(document);
  const create = (more = {}) => createTestEmulator({ limits: { requests: 1_000_000 }, ...options, ...more });
  const shared = create();

  /** Returns the changed requests that get another response than the error. */
  async function unexpected(status: number, changed: readonly Changed[]): Promise<string[]> {
    // Rejected requests change nothing, so that rows without preparation share an emulator.
    const prepared = new Map<OperationRow, TestEmulator>();
    const found: string[] = [];
    for (const { row, path = row.path, json = row.json } of changed) {
      const tested = prepared.get(row) ?? (row.given ? create() : shared);
      if (!prepared.has(row)) await sendGiven(tested, row);
      prepared.set(row, tested);
      const { status: received, body } = await tested.request(row.method, await fill(tested, path), json);
      const wrong = differences(row.operation, received, body) ?? [];
      if (received === status && wrong.length === 0) continue;
      found.push(`${row.method} ${path} ${JSON.stringify(json)}: ${received} ${wrong.join(" ")}`);
    }
    return found;
  }

  it("rejects each operation without an access token, and outside the scopes of the API client", async () => {
    const tested = create({ clients: [{ scopes: ["GET /none"] }] });
    for (const { operation, method, path: unfilled, json } of rows) {
      const path = await fill(tested, unfilled);
      const anonymous = await tested.request(method, path, json, { Authorization: "" });
      expect([operation, anonymous.status, anonymous.body.error_type]).toEqual([operation, 400, "AuthError"]);
      const { status, body } = await tested.request(method, path, json);
      // Every API client may ask about its own token.
      expect([operation, status]).toEqual([operation, path === "/auth/token/info" ? 200 : 403]);
      if (status === 403) expect(differences(operation, status, body)).toEqual([]);
    }
  });

  it("responds with 404 if a record in the path does not exist", async () => {
    const changed = rows.flatMap(row => {
      // Integrations are not records of the API, so that each id of one is accepted.
      const first = row.path.startsWith("/integrations/") ? 3 : 2;
      return row.path.split("/").flatMap((part, index, parts): Changed[] => {
        const isId = index >= first && /^(\d+|\{\w+\})(\?|$)/.test(part);
        return isId ? [{ row, path: parts.with(index, "999999").join("/") }] : [];
      });
    });
    expect(changed.length).toBeGreaterThan(90);
    expect(await unexpected(404, changed)).toEqual([]);
  });

  /** The rows with a JSON body: the schema of one item, the first item, and the body that has an item. */
  const bodies = rows.flatMap(row => {
    const [method = "", path = ""] = row.operation.split(" ");
    const operation = document.paths[`/qbench/api/v2${path}`]?.[method.toLowerCase() as "post"];
    const content = resolve(document, operation?.requestBody)?.content;
    const schema = resolve(document, content?.["application/json"]?.schema);
    const item: Schema | undefined = resolve(document, schema?.items) ?? schema;
    const sent: unknown = Array.isArray(row.json) ? row.json[0] : row.json;
    if (!item || typeof sent !== "object" || sent === null) return [];
    return [{ row, item, sent, bodyOf: (changed: object) => (schema?.items ? [changed] : changed) }];
  });

  it("rejects each body of another shape than the document declares, and writes nothing", async () => {
    expect(bodies).toHaveLength(42);
    const lists = operationsOf(document).filter(operation => /^GET \/[\w-]+$/.test(operation));
    const count = async () => {
      const totals: unknown[] = [];
      for (const list of lists) totals.push((await shared.request("GET", list.slice(4))).body.total_count);
      return totals;
    };
    const before = await count();
    const changed = bodies.flatMap(({ row, item, sent, bodyOf }) => {
      const shapes = Array.isArray(row.json) ? [sent, [], [[sent]], [null], "text"] : [[sent], [], "text"];
      const wrongTypes = Object.keys(sent).flatMap(name => {
        const property = resolve(document, item.properties?.[name]);
        return property ? [bodyOf({ ...sent, [name]: property.type === "object" ? "text" : {} })] : [];
      });
      const incomplete = (item.required ?? [])
        // An invoice has one of the two.
        .filter(name => row.operation !== "POST /invoices" || !name.startsWith("order_id"))
        .map(name => bodyOf(Object.fromEntries(Object.entries(sent).filter(([key]) => key !== name))));
      return [...shapes, ...wrongTypes, ...incomplete].map((json): Changed => ({ row, json }));
    });
    expect(await unexpected(400, changed)).toEqual([]);
    expect(await count()).toEqual(before);
  });

  it("rejects each query parameter of another type than the document declares", async () => {
    const wrongValues: Record<string, string> = { integer: "one", number: "many", boolean: "maybe" };
    const changed = rows.flatMap(row => {
      const [method = "", path = ""] = row.operation.split(" ");
      const operation = document.paths[`/qbench/api/v2${path}`]?.[method.toLowerCase() as "get"];
      const parameters = (operation?.parameters ?? []).map(parameter => resolve(document, parameter));
      return parameters.flatMap((parameter): Changed[] => {
        if (parameter?.in !== "query") return [];
        const schema = resolve(document, parameter.schema);
        const item = resolve(document, schema?.items ?? schema?.allOf?.[0]) ?? schema;
        const value = item?.enum ? "other" : wrongValues[String(item?.type)];
        const [bare = ""] = row.path.split("?");
        return value === undefined ? [] : [{ row, path: `${bare}?${parameter.name}=${value}` }];
      });
    });
    expect(changed.length).toBeGreaterThan(600);
    expect(await unexpected(400, changed)).toEqual([]);
  });

  it("responds with 404 if a record in the body of an update does not exist", async () => {
    const updates = bodies.filter(({ row, item }) => row.method === "PATCH" && item.properties?.id);
    expect(updates).toHaveLength(13);
    const changed = updates.map(({ row, sent }): Changed => ({ row, json: [{ ...sent, id: 999_999 }] }));
    expect(await unexpected(404, changed)).toEqual([]);
  });

  it("rejects each body that is not JSON, and each that is missing", async () => {
    const headers = { Authorization: `Bearer ${await shared.token()}` };
    for (const { row } of bodies) {
      for (const body of ["{", ""]) {
        const url = `https://lab.example/qbench/api/v2${row.path}`;
        const { status } = await shared.emulator.fetch(new Request(url, { method: row.method, headers, body }));
        expect([row.operation, status]).toEqual([row.operation, 400]);
      }
    }
  });
});
