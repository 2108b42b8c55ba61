import { sanitizeText } from "@qbench-sdk/auth/internal";
import { resendAdvice } from "../errors/message.js";
import { rememberRequest, requestInfoOf, secretsOf } from "../errors/request-info.js";
import { QBenchResponseError } from "../errors/response-error.js";
import { wrapHttpMethods } from "../http-methods.js";
import { checkParameters } from "../parameters/check-parameters.js";
import { parseBody, type ResponseContent } from "./parse-body.js";

/** Leaves out most of a long body, which can hold the data of customers. */
const MAX_MESSAGE_LENGTH = 350;

type Fetch = (request: Request, init?: RequestInit) => Promise<Response>;

/**
 * Makes the HTTP methods of a client check the parameters before a request, and the body that they parse after it. They
 * reject with a `QBenchInputError` if a parameter would change the route or be lost, and with a `QBenchResponseError` if
 * a successful response is not JSON, or lacks the data that the document declares. The body of an error becomes the
 * `error` of the result, whatever the status is.
 *
 * @param clientFetch sends the requests, unless a request has its own `fetch`
 * @param contentOf returns what the responses of an operation hold. Returns undefined if that is not known, or nothing.
 * @param parseJson replaces JSON.parse
 */
export function checkCalls(
  client: object,
  clientFetch: Fetch,
  contentOf: (method: string, path: string) => ResponseContent | undefined,
  parseJson?: (text: string) => unknown,
): void {
  wrapHttpMethods(client, send => async (verb, path, init = {}) => {
    const { parseAs = "json", fetch = clientFetch }: { parseAs?: string; fetch?: Fetch } = init;
    const method = verb.toUpperCase();
    checkParameters(method, path, init);
    const content = contentOf(method, path);
    let sent: Request | undefined;
    const result = await send(method, path, {
      ...init,
      // JSON is read as text, because the errors of openapi-fetch about JSON do not have the body.
      parseAs: parseAs !== "json" ? parseAs : content === "file" ? "arrayBuffer" : "text",
      // A WeakMap of all responses would take a tenth of the time of a request.
      fetch(request: Request, options?: RequestInit) {
        sent = request;
        return fetch(request, options);
      },
    });
    const { data, response } = result;
    if (response.ok && (parseAs !== "json" || method === "HEAD")) return result;
    const parsed = response.ok ? parseBody(data, response, method, content, parseJson) : result;
    if ("data" in parsed) return { data: parsed.data, response };
    if (sent) rememberRequest(response, sent);
    if (!("problem" in parsed)) return { error: parsed.error, response };
    const { problem, text } = parsed;
    const advice = method === "GET" ? "" : ` ${resendAdvice(method)}`;
    // Cut off before, because a body can have megabytes. A secret at the cut is not in the part that the message shows.
    const start = text && ` It begins: ${text.slice(0, 10_000)}`;
    const message = `${method} ${requestInfoOf(response)?.path ?? path} failed: ${problem}${advice}${start}`;
    throw new QBenchResponseError(sanitizeText(message, secretsOf(response), MAX_MESSAGE_LENGTH));
  });
}
