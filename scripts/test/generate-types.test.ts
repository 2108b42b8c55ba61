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
