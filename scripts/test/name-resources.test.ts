import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { buildDocument } from "@qbench-sdk/emulator";
import { describe, expect, it } from "vitest";
import { readNames, readOverlays } from "../clients/read-overlays.ts";
import type { JsonObject } from "../document/model/json.ts";
import { listOperations } from "../document/model/operations.ts";
import { normaliseDocument } from "../document/normalise/normalise-document.ts";
import { nameResources, type ResourceTable } from "../types/name-resources.ts";
import { repository } from "./support/repository.ts";

const place = join(repository, "../shared/qbench-v2/published-openapi.json");
if (!existsSync(place))
  console.log("Skipped: a published QBench document at ../shared/qbench-v2/published-openapi.json");

const normal = async (document: JsonObject): Promise<JsonObject> =>
  normaliseDocument(document, { names: await readNames(repository), overlays: await readOverlays(repository, "main") })
    .document;
const builtIn = (): Promise<JsonObject> => normal(JSON.parse(JSON.stringify(buildDocument())));
const published = (): Promise<JsonObject> => normal(JSON.parse(readFileSync(place, "utf8")));

const documents: [string, () => Promise<JsonObject>][] = [["the built-in one", builtIn]];
if (existsSync(place)) documents.push(["a published one", published]);

const callsOf = (table: ResourceTable): string[] => Object.values(table).flatMap(calls => Object.values(calls));
const bare = (call: string): string => call.replace(/\?.*/, "");

/** A document of operations such as `GET /things`, that answer with nothing. */
function documentOf(...calls: string[]): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const call of calls) {
    const [method = "", path = ""] = call.split(" ");
    paths[path] = { ...paths[path], [method.toLowerCase()]: { responses: { 200: { description: "OK" } } } };
  }
  return { openapi: "3.0.3", info: { title: "t", version: "1" }, paths };
}

describe("The resources of a document", () => {
  it.each(documents)("reach every operation but those for tokens, each once: %s", async (_, read) => {
    const document = await read();
    const expected = listOperations(document)
      .filter(({ path }) => !path.includes("/auth/"))
      .map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(callsOf(nameResources(document)).map(bare).toSorted()).toEqual(expected.toSorted());
    expect(expected).toHaveLength(166);
  });

  it.skipIf(!existsSync(place))("are the same for the built-in document as for a published one", async () => {
    expect(nameResources(await published())).toEqual(nameResources(await builtIn()));
  });

  it("are called as a person would", async () => {
    const table = nameResources(await builtIn());
    const v2 = "/qbench/api/v2";
    expect(table).toMatchObject({
      orders: {
        list: `GET ${v2}/orders?page_num&last_updated&sort_by`,
        get: `GET ${v2}/orders/{order_id}?data`,
        create: `POST ${v2}/orders?list&echo`,
        update: `PATCH ${v2}/orders?list&echo`,
        delete: `DELETE ${v2}/orders/{order_id}`,
        samples: `GET ${v2}/orders/{order_id}/samples?page_num&last_updated&sort_by`,
      },
      invoices: { sendEmail: `POST ${v2}/invoices/{invoice_id}/send-email?data` },
      reports: {
        list: `GET ${v2}/reports?page_num`,
        create: `POST ${v2}/reports?list`,
        publish: `POST ${v2}/reports/publish`,
      },
      labels: { print: `POST ${v2}/labels/{label_id}/{data_type}` },
      tests: {
        worksheetData: `GET ${v2}/tests/{test_id}/worksheet/data?data`,
        updateNamedCells: `PATCH ${v2}/tests/worksheets/dynamic/named-cells`,
      },
      customers: {
        contacts: `GET ${v2}/customers/{customer_id}/contacts?page_num&last_updated&sort_by`,
        linkContacts: `POST ${v2}/customers/{customer_id}/contacts`,
        unlinkContact: `DELETE ${v2}/customers/{customer_id}/contacts/{contact_id}`,
      },
      payments: { linkInvoices: `POST ${v2}/payments/{payment_id}/invoices` },
      integrations: {
        assays: `GET ${v2}/integrations/{integration_id}/assays?page_num`,
        createAssays: `POST ${v2}/integrations/{integration_id}/assays?list&echo`,
        getAssay: `GET ${v2}/integrations/{integration_id}/assays/{entity_id}?data`,
        deleteInvoicePayment: `DELETE ${v2}/integrations/{integration_id}/invoice-payments/{entity_id}`,
      },
    });
  });

  it("are made of any document, and lose nothing: GitHub's", () => {
    const place = createRequire(import.meta.url).resolve("@octokit/openapi/generated/api.github.com.json");
    const document: JsonObject = JSON.parse(readFileSync(place, "utf8"));
    const calls = callsOf(nameResources(document)).map(bare);
    expect(new Set(calls).size).toBe(listOperations(document).length);
    expect(calls).toContain("GET /repos/{owner}/{repo}/issues");
  });

  it("do not depend on the order in which a document has its paths", () => {
    const calls = ["GET /pets", "POST /pets", "GET /pets/{id}", "GET /pets/{id}/owner", "GET /shops/{id}/owner"];
    expect(JSON.stringify(nameResources(documentOf(...calls.toReversed())))).toBe(
      JSON.stringify(nameResources(documentOf(...calls))),
    );
  });

  it("lose none of two operations that would be called the same: the longer path has the longer name", () => {
    const table = nameResources(
      documentOf(
        "GET /pets",
        "GET /api/v1/pets",
        "PATCH /pets",
        "PATCH /pets/{id}",
        "GET /pets/{id}/a/b",
        "GET /pets/{id}/aB",
      ),
    );
    expect(table).toEqual({
      pets: {
        aB: "GET /pets/{id}/aB",
        get: "GET /pets",
        getByIdAB: "GET /pets/{id}/a/b",
        list: "GET /api/v1/pets",
        update: "PATCH /pets",
        updateById: "PATCH /pets/{id}",
      },
    });
  });

  it("take no name that a client has or that the language gives a meaning", () => {
    const table = nameResources(
      documentOf("GET /use", "GET /then", "GET /constructor", "GET /pets/{id}/then", "GET /on/{id}/to-string", "GET /"),
    );
    expect(table).toEqual({
      constructor_: { get: "GET /constructor" },
      on_: { toString_: "GET /on/{id}/to-string" },
      pets: { then_: "GET /pets/{id}/then" },
      root: { get: "GET /" },
      then_: { get: "GET /then" },
      use_: { get: "GET /use" },
    });
  });
});
