import { isRecord } from "../check-fields.js";
import { describeText } from "./describe-text.js";

/**
 * Names what a successful response holds: a `page` of a list, the `records` of a write that takes and returns records,
 * one record as the `data` of another envelope, or a `list` as that. A `file` is a text or bytes, without an envelope.
 */
export type ResponseContent = "page" | "records" | "data" | "list" | "file";

/** Holds what a successful response turned out to be: its data, the body of an error, or none of these. */
export type ParsedBody = { data: unknown } | { error: unknown } | { problem: string; text?: string };

/**
 * Parses the body of a successful response.
 *
 * @param content what the document declares. Undefined if that is not known, or nothing.
 */
export function parseJson(
  body: unknown,
  { status, headers }: Response,
  method: string,
  content: ResponseContent | undefined,
): ParsedBody {
  // openapi-fetch returns no text for a response without a body.
  const text = typeof body === "string" ? body : "";
  const value = tryParse(text);
  if (isErrorBody(value, content !== undefined)) return { error: value };
  if (value !== undefined) {
    const problem = content && findMissingData(value, content);
    return problem ? { problem } : { data: value };
  }
  if (text.trim() !== "") {
    return { problem: describeText(text, headers.get("Content-Type") ?? ""), text };
  }
  return content || (method === "GET" && status === 200)
    ? { problem: "the response has no body, and the document declares one." }
    : { data: undefined };
}

/** Returns a text, or bytes if the content type is not that of a text. Labels can be HTML, ZPL or PDF (docs/qbench-api.md §8). */
export function parseFile(body: unknown, { headers }: Response): ParsedBody {
  const type = headers.get("Content-Type") ?? "";
  const bytes = new Uint8Array((body as ArrayBuffer | undefined) ?? []);
  if (bytes.length > 0 && !/^text\/|json|xml|zpl/i.test(type)) return { data: bytes };
  const text = new TextDecoder().decode(bytes);
  const value = /json/i.test(type) ? tryParse(text) : undefined;
  return isErrorBody(value) ? { error: value } : { data: text };
}

/** Returns undefined, which JSON does not have, for a text that is not JSON. */
function tryParse(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns what is wrong with a body that should hold data in an envelope. Returns undefined if it holds them. */
function findMissingData(body: unknown, content: ResponseContent): string | undefined {
  const data = isRecord(body) ? body.data : undefined;
  // A write reports itself which of its records the response lacks.
  const hasNull = Array.isArray(data) && content !== "records" && data.includes(null);
  if (content === "data" ? isRecord(data) : Array.isArray(data) && !hasNull) return undefined;
  const expected = content === "data" ? "a record" : content === "page" ? "a page of a list" : "a list of records";
  const found = hasNull
    ? "its data contains null"
    : isRecord(body)
      ? `its data is ${kindOf(data)}`
      : `it is ${kindOf(body)}`;
  const advice = data === undefined ? "Check baseUrl: another server may have responded." : "Report it to QBench.";
  return `the response is not ${expected}: ${found}. ${advice}`;
}

function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return "a list";
  return value === null ? "null" : `of type ${typeof value}`;
}

/**
 * Returns true for the body of an error (docs/qbench-api.md §6.2). Envelopes with data do not have its fields. Another
 * body can have such a field, if it also has an id.
 */
export const isErrorBody = (body: unknown, isEnvelope = false): boolean =>
  isRecord(body) &&
  (isEnvelope || (body.data ?? body.id ?? null) === null) &&
  [body.error, body.error_type, body.error_description].some(text => typeof text === "string" && text !== "");
