import { expect, it } from "vitest";
import { nameMediaTypes } from "../document/normalise/name-media-types.ts";

const named = (...types: string[]) => {
  const content = Object.fromEntries(types.map(type => [type, { schema: { type: "string" } }]));
  return { paths: { "/a": { get: { responses: { 200: { description: "OK", content } } } } } };
};

it.each([
  ["without its charset", ["application/json; charset=utf-8"], ["application/json"]],
  ["in lower case", ["Application/JSON;Charset=UTF-8", "TEXT/csv"], ["application/json", "text/csv"]],
  ["with its version", ["application/json;version=1; charset=utf-8"], ["application/json; version=1"]],
  [
    "with its charset if another one differs in nothing else",
    ["text/csv; charset=utf-8", "text/csv; charset=latin1"],
    ["text/csv; charset=utf-8", "text/csv; charset=latin1"],
  ],
])("a media type is written %s", (_, given, expected) => {
  expect(nameMediaTypes(named(...given)).document).toEqual(named(...expected));
});

it("a field with the name of the map of media types keeps its own fields", () => {
  const content = { type: "object", properties: { "A/B": { type: "string" } } };
  const document = { components: { schemas: { File: { type: "object", properties: { content } } } } };
  expect(nameMediaTypes(document).document).toEqual(document);
});
