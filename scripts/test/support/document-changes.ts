import type { Bump } from "../../document/compare/change.ts";
import type { Json, JsonObject } from "../../document/model/json.ts";

/** Two versions of a document, and the bump that callers need. */
export interface DocumentChange {
  before: JsonObject;
  after: JsonObject;
  bump: Bump;
  /** Words that the changelog must contain. */
  words?: string;
}

const text: JsonObject = { type: "string" };
const integer: JsonObject = { type: "integer" };
const list = (items: JsonObject, rest: JsonObject = {}): JsonObject => ({ type: "array", items, ...rest });
const refer = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
const record = (properties: JsonObject, ...required: string[]): JsonObject => ({
  type: "object",
  properties,
  ...(required.length > 0 && { required }),
});
const json = (schema: JsonObject): JsonObject => ({ content: { "application/json": { schema } } });

interface Parts {
  /** What a POST sends. */
  sent?: JsonObject;
  /** What a GET returns. */
  got?: JsonObject;
  schemas?: JsonObject;
  /** More keywords of the GET operation. */
  get?: JsonObject;
  /** More keywords of the POST operation. */
  post?: JsonObject;
  /** More keywords of the path. */
  item?: JsonObject;
  securitySchemes?: JsonObject;
  /** More keywords of the document. */
  document?: JsonObject;
}

/** Returns a document of one path, which can be read and written. */
export const api = ({ sent, got, schemas = {}, get, post, item, securitySchemes, document }: Parts): JsonObject => ({
  openapi: "3.0.3",
  info: { title: "Boxes", version: "1" },
  paths: {
    "/boxes": {
      get: {
        operationId: "readBox",
        responses: { 200: { description: "OK", ...json(got ?? record({ label: text })) } },
        ...get,
      },
      post: {
        operationId: "packBox",
        requestBody: { required: true, ...json(sent ?? record({ label: text })) },
        responses: { 204: { description: "Packed" } },
        ...post,
      },
      ...item,
    },
  },
  components: { schemas, ...(securitySchemes && { securitySchemes }) },
  ...document,
});

const change = (bump: Bump, before: Parts, after: Parts, words?: string): DocumentChange => ({
  bump,
  before: api(before),
  after: api(after),
  ...(words !== undefined && { words }),
});
/** A change of one field that requests contain. */
const sent = (bump: Bump, before: JsonObject, after: JsonObject, words?: string): DocumentChange =>
  change(bump, { sent: record({ size: before }) }, { sent: record({ size: after }) }, words);
/** A change of one field that responses contain. */
const got = (bump: Bump, before: JsonObject, after: JsonObject, words?: string): DocumentChange =>
  change(bump, { got: record({ size: before }) }, { got: record({ size: after }) }, words);
/** A change of the response's keywords. */
const returned = (bump: Bump, before: JsonObject, after: JsonObject, words?: string): DocumentChange =>
  change(bump, { get: { responses: before } }, { get: { responses: after } }, words);
const queried = (bump: Bump, before: Json[], after: Json[], words?: string): DocumentChange =>
  change(bump, { get: { parameters: before } }, { get: { parameters: after } }, words);
const query = (name: string, rest: JsonObject = {}): JsonObject => ({ name, in: "query", schema: text, ...rest });

const sized = record({ size: integer });
const coded = record({ code: text }, "code");
const scoped = (...scopes: string[]): Parts => ({
  get: { security: [{ login: scopes }] },
  securitySchemes: {
    login: { type: "oauth2", flows: { clientCredentials: { tokenUrl: "https://a.test/t", scopes: { r: "", w: "" } } } },
  },
});
const keyed = (name: string): Parts => ({
  get: { security: [{ key: [] }] },
  securitySchemes: { key: { type: "apiKey", in: "header", name } },
});
const form = (contentType: string): Parts => ({
  post: {
    requestBody: {
      content: {
        "multipart/form-data": {
          schema: record({ photo: { type: "string", format: "binary" } }),
          encoding: { photo: { contentType } },
        },
      },
    },
  },
});
/** A record of several kinds, one of which has these fields. */
const kinds = (properties: JsonObject): JsonObject => ({
  Part: {
    ...record({ kind: text, size: integer }, "kind"),
    discriminator: { propertyName: "kind", mapping: { lid: "#/components/schemas/Lid" } },
  },
  Lid: { allOf: [refer("Part"), record(properties)] },
});
const hook = (properties: JsonObject): Parts => ({
  document: {
    openapi: "3.1.0",
    webhooks: { packed: { post: { requestBody: json(record(properties)), responses: {} } } },
  },
});

/** Changes in how a document is written, and in what types do not express. */
export const documentChanges: Record<string, DocumentChange> = {
  // Composition.
  "a record in responses loses a part with all its fields": change(
    "major",
    { got: refer("Box"), schemas: { Box: { ...record({ label: text }), allOf: [refer("Sized")] }, Sized: sized } },
    { got: refer("Box"), schemas: { Box: record({ label: text }), Sized: sized } },
    "`Box.size` was removed",
  ),
  "a record in requests gets a part with a required field": change(
    "major",
    { sent: { ...record({ label: text }), allOf: [refer("Sized")] }, schemas: { Sized: sized, Coded: coded } },
    {
      sent: { ...record({ label: text }), allOf: [refer("Sized"), refer("Coded")] },
      schemas: { Sized: sized, Coded: coded },
    },
    "`code` is new and required",
  ),
  "a part of a record in requests requires one more field": change(
    "major",
    { sent: { allOf: [refer("Sized"), { required: [] }] }, schemas: { Sized: sized } },
    { sent: { allOf: [refer("Sized"), { required: ["size"] }] }, schemas: { Sized: sized } },
    "`size` is now required",
  ),
  "a record requires a field beside its parts": change(
    "major",
    { sent: { allOf: [refer("Sized")] }, schemas: { Sized: sized } },
    { sent: { allOf: [refer("Sized")], required: ["size"] }, schemas: { Sized: sized } },
    "`size` is now required",
  ),
  "a record is written as the sum of two parts": change(
    "patch",
    { got: record({ label: text, size: integer }) },
    { got: { allOf: [refer("Sized"), record({ label: text })] }, schemas: { Sized: sized } },
  ),
  "a record in requests is written as the sum of two parts": change(
    "patch",
    { sent: record({ label: text, size: integer }, "size") },
    { sent: { allOf: [refer("Sized"), record({ label: text })], required: ["size"] }, schemas: { Sized: sized } },
  ),
  "the parts of a record change places": change(
    "patch",
    { sent: { allOf: [sized, coded] } },
    { sent: { allOf: [coded, sized] } },
  ),
  "two parts of a record change places and types": change(
    "major",
    { sent: { allOf: [record({ a: text }), record({ b: text })] } },
    { sent: { allOf: [record({ b: integer }), record({ a: integer })] } },
  ),
  "a list of values gets a name": got(
    "patch",
    { type: "string", enum: ["S", "L"] },
    { type: "string", enum: ["L", "S"] },
  ),
  "an inline schema gets a name": change(
    "patch",
    { got: record({ size: { type: "string", enum: ["S", "L"] } }), sent: record({ inner: sized }) },
    {
      got: record({ size: refer("Size") }),
      sent: record({ inner: refer("Sized") }),
      schemas: { Size: { type: "string", enum: ["S", "L"] }, Sized: sized },
    },
  ),
  "a named schema becomes an inline one of another type": change(
    "major",
    { got: record({ inner: refer("Sized"), same: refer("Sized") }), schemas: { Sized: sized } },
    { got: record({ inner: record({ size: text }), same: refer("Sized") }), schemas: { Sized: sized } },
  ),
  "a named schema is renamed": change(
    "major",
    { got: refer("Old"), schemas: { Old: sized } },
    { got: refer("New"), schemas: { New: sized } },
    "`Old` was removed as a type",
  ),
  "a schema is added that nothing uses": change("patch", {}, { schemas: { Sized: sized } }),
  "one of several shapes is retyped, and another one is added": sent(
    "major",
    { oneOf: [record({ a: text }), record({ b: text })] },
    { oneOf: [record({ a: integer }), record({ b: text }), record({ c: text })] },
  ),
  "a response may have one more shape, while another one is described": got(
    "major",
    { oneOf: [record({ a: text }), record({ b: text })] },
    { oneOf: [{ ...record({ a: text }), description: "A" }, record({ b: text }), record({ c: text })] },
  ),
  "a shape of a response is replaced by one like another": got(
    "major",
    { oneOf: [record({ a: text }), integer] },
    { oneOf: [record({ a: text }), record({ a: list(text) })] },
  ),
  "a map of a response is replaced by another one": got(
    "major",
    { oneOf: [{ type: "object", additionalProperties: { type: "boolean" } }, record({ a: text }, "a")] },
    {
      oneOf: [
        { type: "object", additionalProperties: { type: "boolean" } },
        { type: "object", additionalProperties: integer },
      ],
    },
  ),
  "the shapes of a value change places": got(
    "patch",
    { oneOf: [record({ a: text }), integer] },
    { anyOf: [integer, record({ a: text })] },
  ),
  "a field of a list's records is removed": change(
    "major",
    { got: list(record({ a: text, b: text })) },
    { got: list(record({ a: text })) },
  ),
  "a response becomes a list": change("major", { got: sized }, { got: list(sized) }),
  "a value deep inside a response is retyped": got(
    "major",
    record({ a: record({ b: record({ c: record({ d: record({ e: text }) }) }) }) }),
    record({ a: record({ b: record({ c: record({ d: record({ e: integer }) }) }) }) }),
  ),
  "a value deep inside a request is renamed": sent(
    "major",
    record({ a: record({ b: record({ c: list(record({ e: text })) }) }) }),
    record({ a: record({ b: record({ c: list(record({ f: text })) }) }) }),
  ),
  // Ways to write the same.
  "null is written as a type": change(
    "patch",
    { got: record({ size: { type: "string", nullable: true } }) },
    { got: record({ size: { type: ["string", "null"] } }), document: { openapi: "3.1.0" } },
  ),
  "null is written as a shape": change(
    "patch",
    { got: record({ inner: { allOf: [refer("Sized")], nullable: true } }), schemas: { Sized: sized } },
    {
      got: record({ inner: { oneOf: [refer("Sized"), { type: "null" }] } }),
      schemas: { Sized: sized },
      document: { openapi: "3.1.0" },
    },
  ),
  "an exclusive limit is written as OpenAPI 3.1 does": change(
    "patch",
    { sent: record({ size: { type: "number", minimum: 1, exclusiveMinimum: true } }) },
    { sent: record({ size: { type: "number", exclusiveMinimum: 1 } }), document: { openapi: "3.1.0" } },
  ),
  "a default of the specification is written out": queried(
    "patch",
    [query("tags", { schema: list(text) })],
    [query("tags", { schema: list(text), style: "form", explode: true, required: false })],
  ),
  "a parameter moves from the operations to their path": change(
    "patch",
    { item: {}, get: { parameters: [query("limit")] }, post: { parameters: [query("limit")] } },
    { item: { parameters: [query("limit")] } },
  ),
  "a media type of a text gets a charset": returned(
    "patch",
    { 200: { description: "OK", content: { "text/csv": { schema: sized } } } },
    { 200: { description: "OK", content: { "text/csv; charset=utf-8": { schema: sized } } } },
  ),
  "scopes change places": change("patch", scoped("r", "w"), scoped("w", "r")),
  "an error is declared for a range of statuses": returned(
    "minor",
    { 200: { description: "OK" }, 404: { description: "No", ...json(record({ why: text })) } },
    { 200: { description: "OK" }, "4XX": { description: "No", ...json(record({ why: text })) } },
  ),
  "an error for a range of statuses has another type": returned(
    "major",
    { 200: { description: "OK" }, 404: { description: "No", ...json(record({ why: text })) } },
    { 200: { description: "OK" }, "4XX": { description: "No", ...json(record({ why: integer })) } },
  ),
  // What types do not express.
  "a request accepts text without a pattern": sent("minor", { type: "string", pattern: "^a" }, text),
  "a request demands a pattern": sent("major", text, { type: "string", pattern: "^a" }, "has pattern `^a`"),
  "a response follows a pattern": got("minor", text, { type: "string", pattern: "^a" }),
  "a response follows no pattern any more": got("major", { type: "string", pattern: "^a" }, text),
  "a request accepts duplicates": sent("minor", list(text, { uniqueItems: true }), list(text)),
  "a request rejects duplicates": sent("major", list(text), list(text, { uniqueItems: true })),
  "a request demands another format": sent(
    "major",
    { type: "string", format: "date" },
    { type: "string", format: "date-time" },
  ),
  "a response has another format": got(
    "major",
    { type: "string", format: "date-time" },
    { type: "string", format: "date" },
  ),
  "a request accepts larger numbers": sent(
    "minor",
    { type: "integer", format: "int32" },
    { type: "integer", format: "int64" },
  ),
  "a response may contain larger numbers": got(
    "major",
    { type: "integer", format: "int32" },
    { type: "integer", format: "int64" },
  ),
  "a response may be longer": got("major", { type: "string", maxLength: 10 }, { type: "string", maxLength: 20 }),
  "a request may be longer": sent("minor", { type: "string", maxLength: 10 }, { type: "string", maxLength: 20 }),
  "a request must have more items": sent("major", list(text, { minItems: 1 }), list(text, { minItems: 2 })),
  "a request excludes more values": sent(
    "major",
    { ...text, not: { enum: ["x"] } },
    { ...text, not: { enum: ["x", "y"] } },
  ),
  "a response has an encoding": got("major", text, { ...text, contentEncoding: "base64" }),
  "a limit inside one of several shapes is lowered": sent(
    "major",
    { oneOf: [{ type: "string", maxLength: 9 }, integer] },
    { oneOf: [{ type: "string", maxLength: 5 }, integer] },
  ),
  "a request field with a default becomes required": change(
    "major",
    { sent: record({}) },
    { sent: record({ size: { ...integer, default: 1 } }, "size") },
  ),
  "a field that only responses contain is required in a request's schema": change(
    "minor",
    { sent: record({ label: text }) },
    { sent: record({ label: text, created: { ...text, readOnly: true } }, "created") },
    "`created` is new in responses",
  ),
  "a field of a request becomes read-only": sent(
    "major",
    text,
    { ...text, readOnly: true },
    "is now in responses only",
  ),
  "a field of a response becomes write-only": got(
    "major",
    text,
    { ...text, writeOnly: true },
    "is now in requests only",
  ),
  "a request rejects fields that it does not declare": change(
    "major",
    { sent: sized },
    { sent: { ...sized, additionalProperties: false } },
  ),
  "a request accepts fields that it does not declare": change(
    "minor",
    { sent: { ...sized, additionalProperties: false } },
    { sent: sized },
  ),
  "a request accepts a list only": change(
    "major",
    { sent: record({ size: { type: ["array", "string"], items: text } }), document: { openapi: "3.1.0" } },
    { sent: record({ size: { type: "array", items: text } }), document: { openapi: "3.1.0" } },
  ),
  "a request accepts other values than the listed ones": sent(
    "minor",
    { type: "string", enum: ["a", "b"] },
    { anyOf: [{ type: "string", enum: ["a", "b"] }, text] },
  ),
  "a value of a request is replaced, and another one is added": sent(
    "major",
    { type: "string", enum: ["a", "b"] },
    { type: "string", enum: ["a", "c", "d"] },
  ),
  "the listed texts become numbers": sent(
    "major",
    { type: "string", enum: ["1", "2"] },
    { type: "integer", enum: [1, 2] },
  ),
  "a header of a response is removed": returned(
    "major",
    { 200: { description: "OK", headers: { "X-Left": { schema: integer } } } },
    { 200: { description: "OK" } },
    "header `x-left` was removed",
  ),
  "a response has one more header": returned(
    "minor",
    { 200: { description: "OK" } },
    { 200: { description: "OK", headers: { "X-Left": { schema: integer } } } },
  ),
  "a successful response has another status": returned(
    "major",
    { 200: { description: "OK", ...json(sized) } },
    { 201: { description: "OK", ...json(sized) } },
  ),
  "an error is retyped": returned(
    "major",
    { 200: { description: "OK" }, 404: { description: "No", ...json(record({ why: text })) } },
    { 200: { description: "OK" }, 404: { description: "No", ...json(record({ why: list(text) })) } },
  ),
  "a parameter is deprecated": queried(
    "minor",
    [query("limit")],
    [query("limit", { deprecated: true })],
    "**Deprecated**",
  ),
  "a parameter moves to the headers": queried("major", [query("limit")], [query("limit", { in: "header" })]),
  "a list in a query is serialized differently": queried(
    "major",
    [query("tags", { schema: list(text) })],
    [query("tags", { schema: list(text), explode: false })],
    "is serialized differently",
  ),
  "an operation no longer overrides a required parameter of its path": change(
    "major",
    { item: { parameters: [query("limit", { required: true })] }, get: { parameters: [query("limit")] } },
    { item: { parameters: [query("limit", { required: true })] } },
  ),
  "an operation requires fewer scopes": change("minor", scoped("r", "w"), scoped("r"), "requires fewer credentials"),
  "an operation requires more scopes": change("major", scoped("r"), scoped("r", "w")),
  "an operation accepts another way to sign requests": change(
    "minor",
    { get: { security: [{ a: [] }] } },
    { get: { security: [{ a: [] }, { b: [] }] } },
  ),
  "a public operation requires credentials": change("major", {}, { get: { security: [{ a: [] }] } }),
  "the header of an API key is renamed": change(
    "major",
    keyed("X-Key"),
    keyed("X-Token"),
    "`securitySchemes.key` signs requests differently",
  ),
  "an API is at another address": change(
    "major",
    { document: { servers: [{ url: "https://a.test/v1" }] } },
    { document: { servers: [{ url: "https://a.test/v2" }] } },
    "`https://a.test/v2`",
  ),
  "an API is at one more address": change(
    "minor",
    { document: { servers: [{ url: "https://a.test" }] } },
    { document: { servers: [{ url: "https://a.test" }, { url: "https://b.test" }] } },
    "is also at `https://b.test`",
  ),
  "a part of a form has another encoding": change(
    "major",
    form("image/png"),
    form("image/jpeg"),
    "has different `encoding`",
  ),
  "a webhook loses a field": change("major", hook({ a: text, b: text }), hook({ a: text }), "`webhooks` changed"),
  "a schema of a webhook is retyped": change(
    "major",
    { ...hook({ size: refer("Sized") }), schemas: { Sized: sized } },
    { ...hook({ size: refer("Sized") }), schemas: { Sized: record({ size: text }) } },
    "`Sized.size` is `string`, was `number`",
  ),
  "one kind of a record gets a field": change(
    "minor",
    { got: refer("Lid"), schemas: kinds({ ring: text }) },
    { got: refer("Lid"), schemas: kinds({ ring: text, seal: text }) },
    "`Lid.seal` is new",
  ),
  "one kind of a record loses a field": change(
    "major",
    { got: refer("Lid"), schemas: kinds({ ring: text, seal: text }) },
    { got: refer("Lid"), schemas: kinds({ ring: text }) },
    "`Lid.seal` was removed",
  ),
  "a path refers to another description": change(
    "major",
    { item: { $ref: "#/components/pathItems/Boxes" }, document: { openapi: "3.1.0" } },
    { item: { $ref: "#/components/pathItems/Crates" }, document: { openapi: "3.1.0" } },
  ),
  "a keyword changes that no rule knows": change(
    "major",
    { get: { callbacks: { done: {} } } },
    { get: { callbacks: { failed: {} } } },
    "has different `callbacks`",
  ),
  "a keyword of a schema changes that no rule knows": got(
    "major",
    { ...text, if: { maxLength: 3 } },
    { ...text, if: { maxLength: 4 } },
  ),
  "a keyword of a response is added that no rule knows": got("major", text, { ...text, if: { maxLength: 3 } }),
  "only an extension changes": change("patch", { get: { "x-note": 1 } }, { get: { "x-note": 2 } }),
};
