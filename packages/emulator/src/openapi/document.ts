/** The part of an OpenAPI 3 document that the emulator reads and writes. */
export interface OpenApiDocument {
  /** The version of OpenAPI, such as `3.1.0`. */
  openapi: string;
  /** The name and the version of the API. */
  info: {
    /** The name of the API. */
    title: string;
    /** The version of the API. */
    version: string;
    [key: string]: unknown;
  };
  /** The operations of each path. */
  paths: Record<string, PathItem>;
  /** The parts of the document that references name. */
  components?: {
    /** The schemas of records, requests and responses, by name. */
    schemas?: Record<string, Schema>;
    [key: string]: unknown;
  };
  [key: string]: unknown;
}

export type Method = "get" | "post" | "put" | "patch" | "delete";
export const methods: readonly Method[] = ["get", "post", "put", "patch", "delete"];

type PathItem = { [M in Method]?: Operation } & { parameters?: (Parameter | Reference)[] };

export interface Operation {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: (Parameter | Reference)[];
  requestBody?: RequestBody | Reference;
  responses?: Record<string, ResponseObject | Reference>;
  security?: Record<string, string[]>[];
}

export interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
}

export interface RequestBody {
  content?: Record<string, { schema?: Schema }>;
}

export interface ResponseObject {
  description: string;
  content?: Record<string, { schema?: Schema }>;
}

export interface Reference {
  $ref: string;
}

type SchemaType = "array" | "boolean" | "integer" | "null" | "number" | "object" | "string";

export interface Schema {
  $ref?: string;
  title?: string;
  type?: SchemaType | SchemaType[];
  format?: string;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  anyOf?: Schema[];
  allOf?: Schema[];
  oneOf?: Schema[];
  nullable?: boolean;
  default?: unknown;
  example?: unknown;
  maxLength?: number;
  [key: string]: unknown;
}

/** Follows references inside the document. Returns undefined for one with a missing target, and for a cycle. */
export function resolve<T extends object>(document: OpenApiDocument, value: T | Reference | undefined): T | undefined {
  let current: T | Reference | undefined = value;
  for (let depth = 0; depth < 32; depth++) {
    if (current === undefined || !("$ref" in current) || typeof current.$ref !== "string")
      return current as T | undefined;
    current = current.$ref
      .replace(/^#\//, "")
      .split("/")
      .map(part => decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~"))
      .reduce<unknown>(
        (at, part) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[part] : undefined),
        document,
      ) as T | undefined;
  }
  return undefined;
}
