import { QBenchAuthError } from "@qbench-sdk/auth";
import * as client from "@qbench-sdk/client";
import { describe, expect, it, vi } from "vitest";
import { toErrorReport } from "../src/errors/error-report.ts";

const order = { method: "GET", path: "/qbench/api/v2/orders" };
const coded = (fields: object) => Object.assign(new Error("hidden"), fields);

describe("the line about an error", () => {
  const classes = Object.values(client).filter(
    value => typeof value === "function" && /^QBench\w*Error$/.test(value.name),
  );

  it.each(classes.map(each => [each.name, each] as const))(
    "is the message of a %s, with exit code 1 or 2",
    (name, each) => {
      const error: unknown = Object.assign(Object.create(each.prototype), {
        message: "The reason.",
        rows: 3,
        cause: coded({}),
      });
      const { exitCode, message } = toErrorReport(error);
      expect(message).toContain(name === "QBenchListError" ? "The export stopped after 3 records." : "The reason.");
      expect(exitCode).toBe(name === "QBenchInputError" ? 2 : 1);
    },
  );

  it("knows all error classes of the client", () => {
    expect(classes.length).toBeGreaterThan(10);
  });

  it.each([
    [
      new QBenchAuthError(
        "timeout",
        "baseUrl (QBENCH_URL): no response within 9 ms. Check the network or raise timeoutMs.",
      ),
      "QBENCH_URL: no response within 9 ms. Check the network.",
    ],
    [
      new QBenchAuthError("fetch_failed", "fetch: the function failed (Error X). Log its errors to see more."),
      "the request failed (Error X).",
    ],
    [
      new client.QBenchTimeoutError(order, "attempt", 90_000),
      "GET /qbench/api/v2/orders failed: the response took more than 90000 ms. It is safe to send the request again.",
    ],
    [
      new client.QBenchConnectionError(order, "proxy"),
      "GET /qbench/api/v2/orders failed: the proxy refused to connect to the server. Nothing was sent. Check QBENCH_URL, HTTPS_PROXY and its password.",
    ],
    [
      new client.QBenchRateLimitError("GET /orders failed: 429. Retry later, or lower the option limits.", {
        status: 429,
        errors: [],
      }),
      "GET /orders failed: 429. Retry later.",
    ],
    [
      new client.QBenchResponseError("The server leaves out records. Retry later, or set another `page_size`."),
      "The server leaves out records. Retry later.",
    ],
    [
      new client.QBenchFileError("expired", "403: the URL has expired. Read the record again for a new one."),
      "403: the URL has expired. Run the command again.",
    ],
  ])("has no advice that only a program can follow: %s", (error, message) => {
    for (const name of ["https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY"]) vi.stubEnv(name, "");
    expect(toErrorReport(error).message).toBe(message);
    vi.unstubAllEnvs();
  });

  it.each([
    [coded({ syscall: "write", code: "EPIPE" }), { exitCode: 0 }],
    [coded({ syscall: "write", code: "ENOSPC" }), { exitCode: 1, message: "Could not write the output (ENOSPC)." }],
    [coded({ syscall: "rename", code: "EXDEV" }), { exitCode: 1, message: "Could not write the output (EXDEV)." }],
    [coded({}), { exitCode: 1, message: "Unexpected error (Error)." }],
    ["hidden", { exitCode: 1, message: "Unexpected error (string)." }],
  ])("does not show the message of another error: %s", (error, report) => {
    expect(toErrorReport(error)).toEqual(report);
  });
});
