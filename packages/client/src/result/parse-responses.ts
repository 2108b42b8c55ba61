import { resendAdvice } from "../errors/message.js";
import { rememberRequest, requestInfoOf, secretsOf } from "../errors/request-info.js";
import { QBenchResponseError } from "../errors/response-error.js";
import { type SendRequest, wrapHttpMethods } from "../http-methods.js";
import { firstWords } from "./describe-text.js";
import { parseFile, parseJson, type ResponseContent } from "./parse-body.js";

type Fetch = (request: Request, init?: RequestInit) => Promise<Response>;

/**
 * Makes the HTTP methods of a client check the bodies that they parse. They reject with a `QBenchResponseError` if a
 * successful response is not JSON, or lacks the data that the document declares. The body of an error becomes the
 * `error` of the result, whatever the status is.
 *
 * @param clientFetch sends the requests, unless a request has its own `fetch`
 * @param contentOf returns what the responses of an operation hold. Returns undefined if that is not known, or nothing.
 */
export function parseResponses(
  client: object,
  clientFetch: Fetch,
  contentOf: (method: string, path: string) => ResponseContent | undefined,
): void {
  const parseResult =
    (send: SendRequest): SendRequest =>
    async (verb, path, init) => {
      const { parseAs = "json", fetch = clientFetch }: { parseAs?: string; fetch?: Fetch } = init ?? {};
      const method = verb.toUpperCase();
      const content = contentOf(method, path);
      const isFile = content === "file";
      let sent: Request | undefined;
      const result = await send(method, path, {
        ...init,
        // JSON is read as text, because the errors of openapi-fetch about JSON do not have the body.
        parseAs: parseAs !== "json" ? parseAs : isFile ? "arrayBuffer" : "text",
        // A WeakMap of all responses would take a tenth of the time of a request.
        fetch(request: Request, options?: RequestInit) {
          sent = request;
          return fetch(request, options);
        },
      });
      const { data, response } = result;
      if (response.ok && (parseAs !== "json" || method === "HEAD")) return result;
      const parsed = !response.ok
        ? result
        : isFile
          ? parseFile(data, response)
          : parseJson(data, response, method, content);
      if ("data" in parsed) return { data: parsed.data, response };
      if (sent) rememberRequest(response, sent);
      if (!("problem" in parsed)) return { error: parsed.error, response };
      const { problem, text } = parsed;
      const request = requestInfoOf(response) ?? { method, path };
      const advice = method === "GET" ? "" : ` ${resendAdvice(method)}`;
      const start = text ? ` It begins: ${firstWords(text, secretsOf(response))}` : "";
      throw new QBenchResponseError(`${method} ${request.path} failed: ${problem}${advice}${start}`);
    };
  wrapHttpMethods(client, parseResult);
}
