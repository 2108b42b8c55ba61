import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { errorReason } from "../src/errors/error-reason.js";
import { failedPhase } from "../src/errors/failed-phase.js";

const coded = (error: Error, code: string) => Object.assign(error, { code });
const node = (code: string, message = "it failed") =>
  new TypeError("fetch failed", { cause: coded(new Error(message), code) });
const bun = (code: string) => coded(new TypeError("Unable to connect"), code);
const olderBun = (code: string) => coded(new Error("Unable to connect"), code);
const deno = (message: string) =>
  new TypeError("fetch failed", { cause: new Error(`error sending request: ${message}`) });
/** Creates an error as of another realm, which is not an instance of this realm's Error. */
const foreign = (fields: object): object => ({ name: "Error", ...fields });
const connecting = (code: string, address: string) =>
  Object.assign(coded(new Error(`connect ${code} ${address}`), code), { syscall: "connect" });
const aggregate = (...errors: unknown[]) =>
  new TypeError("fetch failed", { cause: coded(new AggregateError(errors), "ETIMEDOUT") });
const olderDeno = (message: string) =>
  new TypeError(`error sending request for url (https://lab.example/): ${message}`);

const tunnel = (status: number) =>
  new TypeError("fetch failed", {
    cause: Object.assign(new Error("Request was cancelled."), {
      code: 0,
      cause: coded(new Error(`Proxy response (${status}) !== 200 when HTTP Tunneling`), "UND_ERR_ABORTED"),
    }),
  });
const bunTunnel = (response: string) =>
  coded(new Error(`Proxy refused to open a tunnel: ${response}`), "ERR_PROXY_TUNNEL");

const proxyFailures: [string, object][] = [
  ["undici, a proxy that needs a password", tunnel(407)],
  ["undici, a proxy that forbids the host", tunnel(403)],
  ["Bun, a proxy that needs a password", bunTunnel("407 Proxy Authentication Required")],
  ["Bun, a proxy that forbids the host", bunTunnel("403 Forbidden")],
  ["Deno, a proxy that needs a password", deno("client error (Connect): proxy authentication required")],
];

const connectFailures: [string, object][] = [
  ["Node, connection refused", node("ECONNREFUSED")],
  ["Node, unknown host", node("ENOTFOUND")],
  ["Node, DNS failure", node("EAI_AGAIN")],
  ["Node, host unreachable", node("EHOSTUNREACH")],
  ["Node, network unreachable", node("ENETUNREACH")],
  ["Node, connect timeout", node("UND_ERR_CONNECT_TIMEOUT")],
  ["Bun, connection refused", bun("ECONNREFUSED")],
  ["older Bun, connection refused", olderBun("ConnectionRefused")],
  ["older Bun, failed to open a socket", olderBun("FailedToOpenSocket")],
  ["Deno, connection refused", deno("client error (Connect): tcp connect error: Connection refused (os error 111)")],
  ["older Deno, unknown host", olderDeno("client error (Connect): dns error: failed to lookup address")],
  ["Node, reset while it connects", new TypeError("fetch failed", { cause: connecting("ECONNRESET", "::1:1") })],
  ["Node, timeout of all addresses", aggregate(connecting("ETIMEDOUT", "::1:1"), connecting("ETIMEDOUT", "1.1.1.1:1"))],
  [
    "Node, different failures of all addresses",
    aggregate(connecting("ENETUNREACH", "::1:1"), connecting("EACCES", "1.1.1.1:1")),
  ],
  [
    "Node, one address refuses and the other has another certificate",
    aggregate(connecting("ECONNREFUSED", "::1:1"), coded(new Error("it failed"), "CERT_HAS_EXPIRED")),
  ],
  ["an AggregateError with a system call", Object.assign(new AggregateError([]), { syscall: "connect" })],
  [
    "Node, TLS to a plain port",
    new TypeError("fetch failed", {
      cause: coded(
        new Error("4081:error:0A00010B:SSL routines:tls_validate_record_header:wrong version number"),
        "ERR_SSL_WRONG_VERSION_NUMBER",
      ),
    }),
  ],
  [
    "Node's https, TLS to a plain port",
    Object.assign(coded(new Error("write EPROTO 4081:error:0A00010B:SSL routines::wrong version number"), "EPROTO"), {
      syscall: "write",
    }),
  ],
  ["Node, no common cipher", node("ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE", "ssl/tls alert handshake failure")],
  [
    "Node, closed in the handshake",
    node("ECONNRESET", "Client network socket disconnected before secure TLS connection was established"),
  ],
  ["undici, a proxy that reaches no server", tunnel(502)],
  [
    "undici, a proxy that closes the connection",
    new TypeError("fetch failed", {
      cause: Object.assign(coded(new Error("Proxy Connection failed"), "UND_ERR_PRX_CONN"), {
        cause: coded(new Error("other side closed"), "UND_ERR_SOCKET"),
      }),
    }),
  ],
  ["Bun, a proxy that reaches no server", bunTunnel("502 Bad Gateway")],
  ["Deno, a proxy that reaches no server", deno("client error (Connect): unsuccessful tunnel")],
  [
    "Bun, TLS to a plain port",
    coded(new TypeError("EPROTO: The TLS handshake failed. Does the server speak TLS on this port?"), "EPROTO"),
  ],
  ["Deno, TLS to a plain port", deno("client error (Connect): received corrupt message of type InvalidContentType")],
  [
    "another realm, connection refused",
    foreign({ message: "fetch failed", cause: foreign({ code: "ECONNREFUSED", message: "connect" }) }),
  ],
  ["Node, a port that fetch refuses", new TypeError("fetch failed", { cause: new Error("bad port") })],
  ["a wrapper, connection refused", new Error("my fetch failed", { cause: node("ECONNREFUSED") })],
];

const brokenConnections: [string, object][] = [
  ["Node, closed", node("UND_ERR_SOCKET")],
  ["Node, reset", node("ECONNRESET")],
  [
    "Node, not HTTP",
    new TypeError("fetch failed", { cause: new Error("Response does not match the HTTP/1.1 protocol") }),
  ],
  ["Bun, reset", bun("ECONNRESET")],
  ["Deno, closed", deno("client error (SendRequest): connection closed before message completed")],
  ["Deno, reset", new TypeError("fetch failed", { cause: new Error("Connection reset by peer (os error 104)") })],
  ["workerd", new Error("Network connection lost.")],
  ["Chromium", new TypeError("Failed to fetch")],
  ["Safari", new TypeError("Load failed")],
  ["Firefox", new TypeError("NetworkError when attempting to fetch resource.")],
  ["Chromium, in the body", new TypeError("network error")],
  ["Node, in the body", new TypeError("terminated")],
  ["Node, headers that take too long", node("UND_ERR_HEADERS_TIMEOUT")],
  ["Node, destroyed dispatcher", node("UND_ERR_DESTROYED")],
  [
    "Node, host that became unreachable",
    new TypeError("fetch failed", {
      cause: Object.assign(coded(new Error("read EHOSTUNREACH"), "EHOSTUNREACH"), { syscall: "read" }),
    }),
  ],
  [
    "node-fetch, closed",
    coded(new Error("request to https://lab.example/ failed, reason: socket hang up"), "ECONNRESET"),
  ],
  ["Deno, in the body", new TypeError("error reading a body from connection")],
  [
    "several requests, one of which was sent",
    new AggregateError([connecting("ECONNREFUSED", "::1:1"), node("ECONNRESET")]),
  ],
  [
    "another realm, reset",
    foreign({ message: "fetch failed", cause: foreign({ code: "ECONNRESET", message: "read" }) }),
  ],
];

const certificateFailures: [string, object][] = [
  ["Node, self-signed certificate", node("DEPTH_ZERO_SELF_SIGNED_CERT")],
  ["Node, self-signed certificate in the chain", node("SELF_SIGNED_CERT_IN_CHAIN")],
  ["Node, expired certificate", node("CERT_HAS_EXPIRED")],
  ["Node, certificate of another host", node("ERR_TLS_CERT_ALTNAME_INVALID")],
  ["Node, unknown issuer", node("UNABLE_TO_VERIFY_LEAF_SIGNATURE")],
  ["Node, incomplete chain", node("UNABLE_TO_GET_ISSUER_CERT_LOCALLY")],
  ["Bun, self-signed certificate", coded(new TypeError("self signed certificate"), "DEPTH_ZERO_SELF_SIGNED_CERT")],
  [
    "undici, the certificate of a proxy",
    new TypeError("fetch failed", {
      cause: Object.assign(coded(new Error("Secure Proxy Connection failed"), "UND_ERR_PRX_TLS"), {
        cause: coded(new Error("unable to verify the first certificate"), "UNABLE_TO_VERIFY_LEAF_SIGNATURE"),
      }),
    }),
  ],
  ["Deno, unknown issuer", deno("client error (Connect): invalid peer certificate: UnknownIssuer")],
];

describe("connection failures", () => {
  it.each(connectFailures)("recognizes a failure before anything was sent: %s", (_, error) => {
    expect(failedPhase(error)).toBe("connect");
  });

  it.each(proxyFailures)("recognizes a proxy that rejects the request for a tunnel: %s", (_, error) => {
    expect(failedPhase(error)).toBe("proxy");
  });

  it.each(brokenConnections)("recognizes a failure after something may have been sent: %s", (_, error) => {
    expect(failedPhase(error)).toBe("headers");
  });

  it.each(certificateFailures)("recognizes a rejected certificate: %s", (_, error) => {
    expect(failedPhase(error)).toBe("certificate");
  });

  it.each([
    coded(new Error("mine"), "Forbidden"),
    coded(new Error("mine"), "ERR_MINE"),
    new Error("mine"),
    new RangeError("mine"),
    new DOMException("aborted", "AbortError"),
    "text",
    null,
    undefined,
    new TypeError("mine"),
    new TypeError("Cannot read properties of undefined (reading 'id')"),
    new SyntaxError("Unexpected end of JSON input"),
    coded(new Error("no such file or directory, open 'token'"), "ENOENT"),
    new TypeError("Failed to parse URL from [object Request]", {
      cause: coded(new TypeError("Invalid URL"), "ERR_INVALID_URL"),
    }),
    new TypeError("fetch failed", { cause: new Error("the stream of the program failed") }),
    new TypeError("fetch failed", { cause: new Error("unknown scheme") }),
    node("UND_ERR_REQ_CONTENT_LENGTH_MISMATCH"),
    node("UND_MOCK_ERR_MOCK_NOT_MATCHED"),
    new AggregateError([node("ECONNREFUSED"), new Error("mine")]),
    { code: "ECONNREFUSED" },
  ])("does not take the error of a program for a network failure: %s", error => {
    expect(failedPhase(error)).toBeUndefined();
  });

  it("ends for an error that is its own cause", () => {
    const error = new Error("mine");
    error.cause = error;
    expect(failedPhase(error)).toBeUndefined();
    const errors: unknown[] = [];
    errors.push(Object.assign(new Error("mine"), { errors }));
    expect(failedPhase(errors[0])).toBeUndefined();
  });

  it("judges errors whose code or name cannot become a text", () => {
    const odd = { toString: false };
    expect(failedPhase({ message: "mine", code: odd, cause: { message: "fetch failed" } })).toBe("headers");
    expect(errorReason({ name: odd, code: odd })).toBe("Error");
  });

  it("judges any value that a program can throw", () => {
    const phases = [undefined, "certificate", "connect", "headers"];
    fc.assert(fc.property(fc.anything(), value => void expect(phases).toContain(failedPhase(value))));
    const { error } = fc.letrec(tie => ({
      error: fc.record(
        {
          message: fc.oneof(fc.string(), fc.constantFrom("fetch failed", "connect", "terminated")),
          code: fc.oneof(fc.anything(), fc.constantFrom("ECONNREFUSED", "ECONNRESET", "ERR_SSL_X")),
          cause: fc.option(tie("error")),
          errors: fc.option(fc.array(tie("error"))),
        },
        { requiredKeys: [] },
      ),
    }));
    fc.assert(fc.property(error, value => void expect(phases).toContain(failedPhase(value))));
  });
});
