import type { Bump } from "../../document/compare/change.ts";
import type { Json, JsonObject } from "../../document/model/json.ts";

/** Two versions of a document, and the bump that callers need. */
export interface DocumentChange {
  before: JsonObject;
  after: JsonObject;
  /** Undefined if the documents are the same after their normalization. */
  bump: Bump | undefined;
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

const change = (bump: Bump | undefined, before: Parts, after: Parts, words?: string): DocumentChange => ({
  bump,
  before: api(before),
  after: api(after),
  ...(words !== undefined && { words }),
});
/** A change of one field that requests contain. */
const sent = (bump: Bump | undefined, before: JsonObject, after: JsonObject, words?: string): DocumentChange =>
  change(bump, { sent: record({ size: before }) }, { sent: record({ size: after }) }, words);
/** A change of one field that responses contain. */
const got = (bump: Bump | undefined, before: JsonObject, after: JsonObject, words?: string): DocumentChange =>
  change(bump, { got: record({ size: before }) }, { got: record({ size: after }) }, words);
/** A change of the response's keywords. */
const returned = (bump: Bump | undefined, before: JsonObject, after: JsonObject, words?: string): DocumentChange =>
  change(bump, { get: { responses: before } }, { get: { responses: after } }, words);
const queried = (bump: Bump | undefined, before: Json[], after: Json[], words?: string): DocumentChange =>
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
const date: JsonObject = { type: "string", format: "qbench-date-time" };
/** An API whose second operation returns these fields. */
const another = (properties: JsonObject): Parts => ({
  got: record({ made: date }),
  post: { responses: { 200: { description: "OK", ...json(record({ id: integer, ...properties })) } } },
});
/** Responses with a label, and those of errors. */
const failing = (errors: JsonObject): JsonObject => ({ 200: { description: "OK", ...json(sized) }, ...errors });
const leftHeader = (header: JsonObject): JsonObject => ({ 200: { description: "OK", headers: { "X-Left": header } } });
/** A record composed of a box with these fields and a part with a size, which requires more fields. */
const composedOf = (properties: JsonObject, ...required: string[]): JsonObject => ({
  Box: record(properties),
  Crate: { allOf: [refer("Box"), record({ size: integer }, ...required)] },
});
const recursive = (name: string): JsonObject => ({ [name]: record({ inside: refer(name), [name]: text }) });
const bothOf = (properties: JsonObject): JsonObject => ({ allOf: [refer("Box"), refer("Lid"), record(properties)] });
/** A field of a request that refers to `Sized`, with more keywords. OpenAPI 3.1 allows that. */
const sentReference = (rest: JsonObject): Parts => ({
  sent: record({ box: { ...refer("Sized"), ...rest } }),
  schemas: { Sized: sized },
  document: { openapi: "3.1.0" },
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
  "a media type gets a charset": returned(
    undefined,
    { 200: { description: "OK", content: { "application/json": { schema: sized } } } },
    { 200: { description: "OK", content: { "application/json; charset=utf-8": { schema: sized } } } },
  ),
  "a media type of a text gets a charset": returned(
    undefined,
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
    "header `X-Left` was removed",
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
  "a part of a record gets a field that contradicts another part": change(
    "major",
    { got: refer("Crate"), schemas: composedOf({ label: text }) },
    { got: refer("Crate"), schemas: composedOf({ label: text, size: text }) },
    "`Crate` the compiler rejects what callers read: `size",
  ),
  "a part of a response's record gets a field that contradicts the rest": change(
    "major",
    { got: { allOf: [refer("Box"), sized] }, schemas: { Box: record({ label: text }) } },
    { got: { allOf: [refer("Box"), sized] }, schemas: { Box: record({ label: text, size: text }) } },
    "`client.boxes.list()` the compiler rejects what callers read",
  ),
  "a part of a record declares a field that another part requires": change(
    "major",
    { sent: refer("Crate"), schemas: composedOf({ label: text }, "code") },
    { sent: refer("Crate"), schemas: composedOf({ label: text, code: text }, "code") },
    "`Crate` the compiler rejects what callers send: `code is missing`",
  ),
  "a part of a record gets another field": change(
    "minor",
    { got: refer("Crate"), schemas: composedOf({ label: text }) },
    { got: refer("Crate"), schemas: composedOf({ label: text, code: text }) },
    "`Box.code` is new",
  ),
  "a required field that only responses contained is in requests too": change(
    "major",
    { sent: refer("Box"), got: refer("Box"), schemas: { Box: record({ id: { ...text, readOnly: true } }, "id") } },
    { sent: refer("Box"), got: refer("Box"), schemas: { Box: record({ id: text }, "id") } },
    "`Box.id` is not in responses only any more",
  ),
  "a record consists of two records that contain themselves": change(
    "minor",
    { got: refer("Both"), schemas: { ...recursive("Box"), ...recursive("Lid"), Both: bothOf({ label: text }) } },
    {
      got: refer("Both"),
      schemas: { ...recursive("Box"), ...recursive("Lid"), Both: bothOf({ label: text, size: integer }) },
    },
    "`Both.size` is new",
  ),
  // Keywords beside a reference.
  "a request demands more of a referenced record": change(
    "major",
    sentReference({}),
    sentReference({ required: ["size"] }),
    "`box.size` is now required",
  ),
  "a limit beside a reference is lowered": change(
    "major",
    sentReference({ maxProperties: 5 }),
    sentReference({ maxProperties: 4 }),
    "has maxProperties `4`, was `5`",
  ),
  "a limit beside a reference is raised": change(
    "minor",
    sentReference({ maxProperties: 4 }),
    sentReference({ maxProperties: 5 }),
  ),
  "a recursive record is written with one level inline": change(
    "patch",
    { got: refer("Tree"), schemas: { Tree: record({ kids: list(refer("Tree")) }) } },
    { got: refer("Tree"), schemas: { Tree: record({ kids: list(record({ kids: list(refer("Tree")) })) }) } },
  ),
  "null is written as an enumeration": change(
    "patch",
    { got: record({ size: { type: "null" } }), document: { openapi: "3.1.0" } },
    { got: record({ size: { enum: [null] } }), document: { openapi: "3.1.0" } },
  ),
  // Keywords that types do not express in such a schema.
  "a request demands a field that it does not declare": change(
    "major",
    { sent: record({ size: integer }) },
    { sent: record({ size: integer }, "code") },
    "`code` is now required",
  ),
  "a request no longer demands a field that it does not declare": change(
    "minor",
    { sent: record({ size: integer }, "code") },
    { sent: record({ size: integer }) },
  ),
  "a value of any type demands a field": sent("major", {}, { required: ["code"] }, "has different `required`"),
  "a value of any type has another name in XML": got("major", { xml: { name: "a" } }, { xml: { name: "b" } }),
  "a request demands larger multiples": sent(
    "major",
    { type: "integer", multipleOf: 5 },
    { type: "integer", multipleOf: 10 },
  ),
  "a request accepts smaller multiples": sent(
    "minor",
    { type: "integer", multipleOf: 10 },
    { type: "integer", multipleOf: 5 },
  ),
  "a response has smaller numbers": got(
    "minor",
    { type: "integer", format: "int64" },
    { type: "integer", format: "int32" },
  ),
  "a document requires credentials for all operations": change(
    "major",
    {},
    { document: { security: [{ a: [] }] } },
    "requires different credentials",
  ),
  "a path is at another address": change(
    "major",
    { item: { servers: [{ url: "https://a.test" }] } },
    { item: { servers: [{ url: "https://b.test" }] } },
    "is at `https://b.test`",
  ),
  "a schema that no operation uses gets a required field": change(
    "major",
    { schemas: { Sized: sized } },
    { schemas: { Sized: record({ size: integer, code: text }, "code") } },
    "`Sized.code` is new and required",
  ),
  "a part of a record repeats a field of another part": change(
    "patch",
    { got: { allOf: [refer("Box"), sized] }, schemas: { Box: record({ label: text }) } },
    {
      got: { allOf: [refer("Box"), record({ size: integer, label: text })] },
      schemas: { Box: record({ label: text }) },
    },
  ),
  // Headers, media types, errors and servers.
  "a response has another version of a media type": returned(
    "major",
    { 200: { description: "OK", content: { "application/xml; version=1": { schema: sized } } } },
    { 200: { description: "OK", content: { "application/xml; version=2": { schema: sized } } } },
  ),
  "a header of a response is serialized differently": returned(
    "major",
    leftHeader({ schema: list(text) }),
    leftHeader({ schema: list(text), explode: true }),
    "header `X-Left` is serialized differently",
  ),
  "the default of a header of a response is written out": returned(
    "patch",
    leftHeader({ schema: list(text) }),
    leftHeader({ schema: list(text), style: "simple", explode: false }),
  ),
  "a header of a response has another media type": returned(
    "major",
    leftHeader({ content: { "text/plain": { schema: text } } }),
    leftHeader({ content: { "application/json": { schema: text } } }),
  ),
  "another error has the body of the others": returned(
    "minor",
    failing({ 404: { description: "No", ...json(record({ why: text })) } }),
    failing({
      404: { description: "No", ...json(record({ why: text })) },
      409: { description: "No", ...json(record({ why: text })) },
    }),
  ),
  "another error has a body of its own": returned(
    "major",
    failing({ 404: { description: "No", ...json(record({ why: text })) } }),
    failing({ 404: { description: "No", ...json(record({ why: text })) }, 409: { description: "No", ...json(sized) } }),
    "may return `409` with another body than other errors",
  ),
  "an error without a body gets one of its own": returned(
    "major",
    failing({ 404: { description: "No", ...json(record({ why: text })) }, 409: { description: "No" } }),
    failing({ 404: { description: "No", ...json(record({ why: text })) }, 409: { description: "No", ...json(sized) } }),
    "has another body than other errors",
  ),
  "the default server is written out": change("patch", {}, { document: { servers: [{ url: "/" }] } }),
  "an API without servers is at another address": change(
    "major",
    {},
    { document: { servers: [{ url: "https://a.test" }] } },
    "is at `https://a.test`, was at `/`",
  ),
  // Dates, which clients recognize by name.
  "another response gets a text with the name of a date": change(
    "major",
    another({}),
    another({ made: text }),
    "`dateFields` no longer contains `made`",
  ),
  "another response gets a date with the name of a date": change("minor", another({}), another({ made: date })),
  "a text with the name of a date becomes a date": change(
    "major",
    another({ made: text }),
    another({ made: date }),
    "`dateFields` now contains `made`",
  ),
  "another response gets a new date": change("minor", another({}), another({ packed: date })),
  "only an extension changes": change("patch", { get: { "x-note": 1 } }, { get: { "x-note": 2 } }),
};
