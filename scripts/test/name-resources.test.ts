import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { buildDocument } from "@qbench-sdk/emulator";
import { describe, expect, it } from "vitest";
import { readQBenchOptions } from "../clients/read-overlays.ts";
import type { JsonObject } from "../document/model/json.ts";
import { nameResources, type ResourceMethod, type ResourceTable } from "../document/model/name-resources.ts";
import { listOperations } from "../document/model/operations.ts";
import { normaliseDocument } from "../document/normalise/normalise-document.ts";
import { repository } from "./support/repository.ts";

const publishedFile = join(repository, "../shared/qbench-v2/published-openapi.json");
if (!existsSync(publishedFile))
  console.log("Skipped: a published QBench document at ../shared/qbench-v2/published-openapi.json");

const normal = async (document: JsonObject): Promise<JsonObject> =>
  normaliseDocument(document, await readQBenchOptions(repository)).document;
/** Returns a function that calls the given one once. */
const once = <T>(make: () => T): (() => T) => {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};
const builtIn = once(() => normal(JSON.parse(JSON.stringify(buildDocument()))));
const published = once(() => normal(JSON.parse(readFileSync(publishedFile, "utf8"))));

const documents: [string, () => Promise<JsonObject>][] = [["the built-in document", builtIn]];
if (existsSync(publishedFile)) documents.push(["a published document", published]);

const operationsOf = (table: ResourceTable): string[] =>
  Object.values(table).flatMap(methods => Object.values(methods).map(({ method, path }) => `${method} ${path}`));

/** The table with each method as `GET /path`, where only the names are of interest. */
const bare = (table: ResourceTable): Record<string, Record<string, string>> =>
  Object.fromEntries(
    Object.entries(table).map(([resource, methods]) => [
      resource,
      Object.fromEntries(Object.entries(methods).map(([name, { method, path }]) => [name, `${method} ${path}`])),
    ]),
  );

/** Builds a document of operations such as `GET /things`, whose responses have no body. */
function documentOf(...calls: string[]): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const call of calls) {
    const [method = "", path = ""] = call.split(" ");
    paths[path] = { ...paths[path], [method.toLowerCase()]: { responses: { 200: { description: "OK" } } } };
  }
  return { openapi: "3.0.3", info: { title: "t", version: "1" }, paths };
}

/** Returns the content of a JSON object with these fields. */
const jsonOf = (properties: JsonObject): JsonObject => ({ "application/json": { schema: { properties } } });

describe("nameResources", () => {
  it.each(documents)("names every operation once, except those for tokens: %s", async (_, read) => {
    const document = await read();
    const expected = listOperations(document)
      .filter(({ path }) => !path.includes("/auth/"))
      .map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(operationsOf(nameResources(document)).toSorted()).toEqual(expected.toSorted());
    expect(expected).toHaveLength(166);
  });

  it.skipIf(!existsSync(publishedFile))(
    "returns the same table for the built-in document and for a published one",
    async () => {
      expect(nameResources(await published())).toEqual(nameResources(await builtIn()));
    },
  );

  it("names operations as a person would, with what a client has to know of each", async () => {
    const table = nameResources(await builtIn());
    const v2 = "/qbench/api/v2";
    const expected: ResourceTable = {
      orders: {
        list: { method: "GET", path: `${v2}/orders`, returns: "page", lastUpdated: true, sortable: true },
        get: { method: "GET", path: `${v2}/orders/{order_id}`, returns: "data" },
        create: { method: "POST", path: `${v2}/orders`, returns: "records", echoes: true },
        update: { method: "PATCH", path: `${v2}/orders`, returns: "records", echoes: true },
        delete: { method: "DELETE", path: `${v2}/orders/{order_id}` },
        samples: {
          method: "GET",
          path: `${v2}/orders/{order_id}/samples`,
          returns: "page",
          lastUpdated: true,
          sortable: true,
        },
      },
      invoices: { sendEmail: { method: "POST", path: `${v2}/invoices/{invoice_id}/send-email`, returns: "data" } },
      reports: {
        list: { method: "GET", path: `${v2}/reports`, returns: "page" },
        create: { method: "POST", path: `${v2}/reports`, returns: "records" },
        publish: { method: "POST", path: `${v2}/reports/publish` },
      },
      labels: { print: { method: "POST", path: `${v2}/labels/{label_id}/{data_type}`, returns: "file" } },
      tests: {
        worksheetData: { method: "GET", path: `${v2}/tests/{test_id}/worksheet/data`, returns: "data" },
        updateNamedCells: { method: "PATCH", path: `${v2}/tests/worksheets/dynamic/named-cells` },
      },
      customers: {
        contacts: {
          method: "GET",
          path: `${v2}/customers/{customer_id}/contacts`,
          returns: "page",
          lastUpdated: true,
          sortable: true,
        },
        linkContacts: { method: "POST", path: `${v2}/customers/{customer_id}/contacts` },
        unlinkContact: { method: "DELETE", path: `${v2}/customers/{customer_id}/contacts/{contact_id}` },
      },
      payments: { linkInvoices: { method: "POST", path: `${v2}/payments/{payment_id}/invoices` } },
      integrations: {
        assays: { method: "GET", path: `${v2}/integrations/{integration_id}/assays`, returns: "page" },
        createAssays: { method: "POST", path: `${v2}/integrations/{integration_id}/assays`, returns: "records" },
        getAssay: { method: "GET", path: `${v2}/integrations/{integration_id}/assays/{entity_id}`, returns: "data" },
        deleteInvoicePayment: {
          method: "DELETE",
          path: `${v2}/integrations/{integration_id}/invoice-payments/{entity_id}`,
        },
      },
    };
    for (const [resource, methods] of Object.entries(expected)) {
      for (const [name, method] of Object.entries(methods)) expect(table[resource]?.[name]).toEqual(method);
    }
  });

  it.each<[string, JsonObject, ResourceMethod["returns"]]>([
    ["a file if no content is JSON", { "text/csv": {}, "application/pdf": {} }, "file"],
    ["an unknown body if some content is JSON", { "text/csv": {}, "application/problem+json": {} }, undefined],
    ["one record", jsonOf({ data: { type: "object" }, _self: { type: "string" } }), "data"],
    ["a list", jsonOf({ data: { type: "array", items: { type: "integer" } } }), "list"],
    ["a page", jsonOf({ data: { type: "array", items: {} }, total_pages: { type: "integer" } }), "page"],
    ["no data without content", {}, undefined],
  ])("tells a client to expect %s", (_, content, returns) => {
    const get: JsonObject = { responses: { 200: { description: "OK", content } } };
    const { things } = nameResources({ ...documentOf(), paths: { "/things/{id}": { get } } });
    expect(things?.get?.returns ?? things?.list?.returns).toBe(returns);
  });

  it("expects no page of a list without an envelope, although it takes a page number", () => {
    const content: JsonObject = { "application/json": { schema: { type: "array", items: {} } } };
    const get: JsonObject = {
      parameters: [{ name: "page_num", in: "query" }],
      responses: { 200: { description: "OK", content } },
    };
    expect(nameResources({ ...documentOf(), paths: { "/things": { get } } }).things).toEqual({
      list: { method: "GET", path: "/things" },
    });
  });

  it("names every operation of a foreign document: GitHub's", () => {
    const file = createRequire(import.meta.url).resolve("@octokit/openapi/generated/api.github.com.json");
    const document: JsonObject = JSON.parse(readFileSync(file, "utf8"));
    const calls = operationsOf(nameResources(document));
    expect(new Set(calls).size).toBe(listOperations(document).length);
    expect(calls).toContain("GET /repos/{owner}/{repo}/issues");
  });

  it("does not depend on the order of the paths in a document", () => {
    const calls = ["GET /pets", "POST /pets", "GET /pets/{id}", "GET /pets/{id}/owner", "GET /shops/{id}/owner"];
    expect(JSON.stringify(nameResources(documentOf(...calls.toReversed())))).toBe(
      JSON.stringify(nameResources(documentOf(...calls))),
    );
  });

  it("gives the longer name to the longer path if two operations would have the same name", () => {
    const table = bare(
      nameResources(
        documentOf(
          "GET /pets",
          "GET /api/v1/pets",
          "PATCH /pets",
          "PATCH /pets/{id}",
          "GET /pets/{id}/a/b",
          "GET /pets/{id}/aB",
        ),
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

  it("says whether a list includes deleted records only if that differs from whether it can be sorted", () => {
    const list = (path: string, ...names: string[]) => ({
      [path]: {
        get: {
          parameters: names.map(name => ({ name, in: "query", schema: { type: "string" } })),
          responses: {
            "200": {
              content: {
                "application/json": {
                  schema: {
                    type: "object",
                    properties: { data: { type: "array", items: {} }, total_pages: { type: "integer" } },
                  },
                },
              },
            },
          },
        },
      },
    });
    const paths = {
      ...list("/both", "sort_by", "include_deleted"),
      ...list("/none"),
      ...list("/sorted", "sort_by"),
      ...list("/deleted", "include_deleted"),
    };
    const table = nameResources({ openapi: "3.0.0", info: { title: "", version: "" }, paths });
    const flags = Object.entries(table).map(([name, { list: found }]) => [name, found?.includeDeleted]);
    expect(Object.fromEntries(flags)).toEqual({ both: undefined, none: undefined, sorted: false, deleted: true });
  });

  it("uses no name that a client already has or that has a meaning in the language", () => {
    const table = bare(
      nameResources(
        documentOf(
          "GET /use",
          "GET /then",
          "GET /constructor",
          "GET /pets/{id}/then",
          "GET /on/{id}/to-string",
          "GET /",
        ),
      ),
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
