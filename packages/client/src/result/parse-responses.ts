import { defaultPathSerializer } from "openapi-fetch";
import { resendAdvice } from "../errors/message.js";
import { rememberRequest } from "../errors/request-info.js";
import { QBenchResponseError } from "../errors/response-error.js";
import { wrapHttpMethods } from "../http-methods.js";
import { type ParsedBody, parseFile, parseJson, type ResponseContent } from "./parse-body.js";

interface Init {
  parseAs?: string;
  params?: { path?: Record<string, unknown> };
}

/**
 * Makes the HTTP methods of a client check the bodies that they parse. They reject with a `QBenchResponseError` if a
 * successful response is not JSON, or lacks the data that the document declares. The body of an error becomes the
 * `error` of the result, whatever the status is.
 *
 * @param contentOf returns what the responses of an operation hold. Returns undefined if that is not known, or nothing.
 */
export function parseResponses(
  client: object,
  contentOf: (method: string, path: string) => ResponseContent | undefined,
): void {
  wrapHttpMethods(client, (send, name) => async (...args) => {
    const isNamed = name !== "request";
    const [verb, path, init = {}] = (isNamed ? [name, ...args] : args) as [string, string, Init?];
    const { parseAs = "json", params } = init;
    const method = verb.toUpperCase();
    const content = contentOf(method, path);
    const isFile = content === "file";
    // JSON is read as text, because the errors of openapi-fetch about JSON do not have the body.
    const options = parseAs === "json" ? { ...init, parseAs: isFile ? "arrayBuffer" : "text" } : init;
    const result = await (isNamed ? send(path, options) : send(verb, path, options));
    const { data, response } = result;
    let parsed: ParsedBody = result;
    if (response.ok) {
      if (parseAs !== "json" || method === "HEAD") return result;
      parsed = isFile ? parseFile(data, response) : parseJson(data, response, method, content);
      if ("data" in parsed) return { data: parsed.data, response };
    }
    const { pathname } = new URL(defaultPathSerializer(path, params?.path ?? {}), "https://tenant");
    if ("problem" in parsed) {
      const advice = method === "GET" ? "" : ` ${resendAdvice(method)}`;
      throw new QBenchResponseError(`${method} ${pathname} failed: ${parsed.problem}${advice}${parsed.start}`);
    }
    rememberRequest(response, { method, path: pathname });
    return { error: parsed.error, response };
  });
}
