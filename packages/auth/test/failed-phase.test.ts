import { describe, expect, it } from "vitest";
import { failedPhase } from "../src/errors/failed-phase.js";

const coded = (error: Error, code: string) => Object.assign(error, { code });
const node = (code: string) => new TypeError("fetch failed", { cause: coded(new Error("it failed"), code) });
const bun = (code: string) => coded(new TypeError("Unable to connect"), code);
const olderBun = (code: string) => coded(new Error("Unable to connect"), code);
const deno = (message: string) =>
  new TypeError("fetch failed", { cause: new Error(`error sending request: ${message}`) });
const olderDeno = (message: string) =>
  new TypeError(`error sending request for url (https://lab.example/): ${message}`);

const connectFailures: [string, Error][] = [
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
];

const brokenConnections: [string, Error][] = [
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
];

const certificateFailures: [string, Error][] = [
  ["Node, self-signed certificate", node("DEPTH_ZERO_SELF_SIGNED_CERT")],
  ["Node, self-signed certificate in the chain", node("SELF_SIGNED_CERT_IN_CHAIN")],
  ["Node, expired certificate", node("CERT_HAS_EXPIRED")],
  ["Node, certificate of another host", node("ERR_TLS_CERT_ALTNAME_INVALID")],
  ["Node, unknown issuer", node("UNABLE_TO_VERIFY_LEAF_SIGNATURE")],
  ["Node, incomplete chain", node("UNABLE_TO_GET_ISSUER_CERT_LOCALLY")],
  ["Deno, unknown issuer", deno("client error (Connect): invalid peer certificate: UnknownIssuer")],
];

describe("connection failures", () => {
  it.each(connectFailures)("recognizes a failure before anything was sent: %s", (_, error) => {
    expect(failedPhase(error)).toBe("connect");
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
  ])("does not take the error of a custom fetch for a network failure: %s", error => {
    expect(failedPhase(error)).toBeUndefined();
  });
});
