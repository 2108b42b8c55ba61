import { describe, expect, it } from "vitest";
import type { OpenApiDocument } from "../src/index.js";
import { createTestEmulator } from "./support/client.js";

const json = (schema: object) => ({ content: { "application/json": { schema } } });
const ok = (schema: object) => ({ description: "OK", ...json(schema) });
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const id = { name: "widget_id", in: "path", required: true, schema: { type: "integer" } };

/** A document unlike QBench's: it has bare arrays, single bodies, PUT, and an operation without records. */
const widgets = {
  openapi: "3.0.3",
  info: { title: "Widgets", version: "1" },
  paths: {
    "/qbench/api/v2/widgets": {
      get: {
        parameters: [{ name: "color", in: "query", schema: { type: "string" } }],
        responses: { 200: ok({ type: "array", items: ref("Widget") }) },
      },
      post: { requestBody: json(ref("Widget")), responses: { 201: ok(ref("Widget")) } },
    },
    "/qbench/api/v2/widgets/{widget_id}": {
      parameters: [id],
      get: { responses: { 200: ok(ref("Widget")) } },
      put: { requestBody: json(ref("Widget")), responses: { 200: ok(ref("Widget")) } },
      delete: { responses: { 204: { description: "Gone" } } },
    },
    "/qbench/api/v2/widgets/{widget_id}/parts": {
      parameters: [id],
      get: {
        responses: {
          200: ok({
            type: "object",
            properties: { data: { type: "array", items: ref("Part") }, total_count: { type: "integer" } },
          }),
        },
      },
    },
    "/qbench/api/v2/parts": {
      post: {
        requestBody: json({ type: "array", items: ref("Part") }),
        responses: { 201: ok({ type: "object", properties: { data: { type: "array", items: ref("Part") } } }) },
      },
    },
    "/qbench/api/v2/status": {
      get: {
        responses: { 200: ok({ type: "object", properties: { ready: { type: "boolean", example: true } } }) },
      },
    },
  },
  components: {
    schemas: {
      Widget: {
        type: "object",
        required: ["name"],
        properties: { id: { type: "integer" }, name: { type: "string" }, color: { type: "string", nullable: true } },
      },
      Part: {
        type: "object",
        properties: {
          id: { type: "integer" },
          widget_id: { type: "integer" },
          widget: { type: "object" },
          made: { type: "string", format: "date" },
        },
      },
    },
  },
} as unknown as OpenApiDocument;

describe("an emulator of a document unlike QBench's", () => {
  it("serves the document's own shapes and remembers what a client writes", async () => {
    const { request } = createTestEmulator({ document: widgets });
    const before = (await request("GET", "/widgets")).body.length;
    const created = await request("POST", "/widgets", { name: "gear", color: null });
    expect(created).toMatchObject({ status: 201, body: { name: "gear", color: null } });
    const path = `/widgets/${created.body.id}`;
    expect((await request("PUT", path, { name: "cog", color: "red" })).body).toMatchObject({
      name: "cog",
      color: "red",
    });
    expect((await request("GET", path)).body).toEqual({ id: created.body.id, name: "cog", color: "red" });
    expect((await request("GET", "/widgets?color=red")).body).toHaveLength(1);
    expect((await request("POST", "/widgets", { color: "red" })).status).toBe(400);
    expect((await request("DELETE", path)).status).toBe(204);
    expect((await request("GET", path)).status).toBe(404);
    expect((await request("GET", "/widgets")).body).toHaveLength(before);
  });

  it("infers nested lists and references from the fields of the document", async () => {
    const { request } = createTestEmulator({ document: widgets });
    await request("POST", "/parts", [{ widget_id: 1, made: "2026-02-03" }, { widget_id: 2 }]);
    const { body } = await request("GET", "/widgets/1/parts");
    expect(body.data.every((part: { widget_id: number }) => part.widget_id === 1)).toBe(true);
    expect(body.data.at(-1)).toMatchObject({
      made: "02/03/2026",
      widget: {
        _type: "WIDGET",
        _self: expect.stringMatching(/widgets\/1$/),
        id: 1,
        data: { name: expect.any(String) },
      },
    });
  });

  it("responds with the document's example if an operation has no records", async () => {
    const { request } = createTestEmulator({ document: widgets });
    expect((await request("GET", "/status")).body).toEqual({ ready: true });
    expect((await request("GET", "/orders")).status).toBe(404);
  });
});
