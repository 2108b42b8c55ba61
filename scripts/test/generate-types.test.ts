import { expect, test } from "vitest";
import type { JsonObject } from "../document/model/json.ts";
import { generateTypes } from "../types/generate-types.ts";

const binary: JsonObject = { schema: { type: "string", format: "binary" } };
const text: JsonObject = { schema: { type: "string" } };

test("A response that is not JSON has the type of a text or of bytes, by its media type", async () => {
  const photo: JsonObject = { schema: { type: "object", properties: { photo: { type: "string", format: "binary" } } } };
  const post: JsonObject = {
    requestBody: { content: { "multipart/form-data": photo, "application/octet-stream": binary } },
    responses: {
      200: {
        description: "OK",
        content: {
          "text/html": binary,
          "application/x-zpl": text,
          "image/svg+xml": { schema: { type: "object" } },
          "application/pdf": text,
          "image/png": binary,
          "application/vnd.example+json": photo,
        },
      },
    },
  };
  const types = await generateTypes("main", { paths: { "/labels": { post } } });
  const [request = "", response = ""] = types.split("responses: {");
  expect(response).toContain('"text/html": string;');
  expect(response).toContain('"application/x-zpl": string;');
  expect(response).toContain('"image/svg+xml": string;');
  expect(response).toContain('"application/pdf": Uint8Array<ArrayBuffer>;');
  expect(response).toContain('"image/png": Uint8Array<ArrayBuffer>;');
  expect(response).toMatch(/"application\/vnd\.example\+json": \{[^}]*\sphoto\?: string;/);
  expect(request).not.toContain("Uint8Array");
});

test("Every exported type has a description, by its use if the document has none", async () => {
  const json = (schema: JsonObject): JsonObject => ({ content: { "application/json": { schema } } });
  const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
  const list = (name: string): JsonObject => ({ type: "array", items: ref(name) });
  const fields: JsonObject = { type: "object", properties: { id: { type: "integer" }, kind: ref("Kind") } };
  const types = await generateTypes("main", {
    paths: {
      "/qbench/api/v2/inks": {
        post: {
          requestBody: json(list("InkCreate")),
          responses: { 200: { description: "OK", ...json(ref("InkListResponse")) } },
        },
        patch: { requestBody: json(list("Change")), responses: { 204: { description: "OK" } } },
      },
    },
    components: {
      schemas: {
        Change: fields,
        Color: ref("Kind"),
        Ink: fields,
        InkCreate: fields,
        InkListResponse: { type: "object", properties: { data: list("Ink") } },
        Kind: { type: "string", enum: ["RED"] },
        Note: { type: "object", properties: {}, description: "Is a note." },
        Part: { type: "object", properties: {} },
      },
    },
  });
  const described = [...types.matchAll(/^\/\*\*((?:(?!\*\/).)*)\*\/\nexport (?:interface|type|const) (\w+)/gms)];
  expect(described).toHaveLength(types.match(/^export (interface|type|const) \w/gm)?.length ?? 0);
  expect(Object.fromEntries(described.map(([, text = "", name]) => [name, text.trim()]))).toMatchObject({
    Change: "Is sent with `PATCH /inks`, in a list.",
    Color: "Is another name of the type.",
    Ink: "Is an ink in a response.",
    InkCreate: "Has the fields to create an ink.",
    InkListResponse: "Is returned by `POST /inks`.",
    Kind: expect.stringContaining("Lists the accepted values."),
    Note: "Is a note.",
    Part: "Is a part of a request or of a response.",
  });
});
