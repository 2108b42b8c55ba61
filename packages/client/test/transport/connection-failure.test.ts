import { describe, expect, it } from "vitest";
import { isCertificateFailure, isConnectFailure, isConnectionFailure } from "../../src/transport/connection-failure.js";

const coded = (error: Error, code: string) => Object.assign(error, { code });
const node = (code: string) => new TypeError("fetch failed", { cause: coded(new Error("it failed"), code) });
const bun = (code: string) => coded(new TypeError("Unable to connect"), code);
const olderBun = (code: string) => coded(new Error("Unable to connect"), code);
const deno = (words: string) => new TypeError("fetch failed", { cause: new Error(`error sending request: ${words}`) });
const olderDeno = (words: string) => new TypeError(`error sending request for url (https://lab.example/): ${words}`);

const unsent: [string, Error][] = [
  ["Node, refused", node("ECONNREFUSED")],
  ["Node, no such host", node("ENOTFOUND")],
  ["Node, no name server", node("EAI_AGAIN")],
  ["Node, no way to the host", node("EHOSTUNREACH")],
  ["Node, no network", node("ENETUNREACH")],
  ["Node, no connection in time", node("UND_ERR_CONNECT_TIMEOUT")],
  ["Bun, refused", bun("ECONNREFUSED")],
  ["older Bun, refused", olderBun("ConnectionRefused")],
  ["older Bun, no socket", olderBun("FailedToOpenSocket")],
  ["Deno, refused", deno("client error (Connect): tcp connect error: Connection refused (os error 111)")],
  ["older Deno, no such host", olderDeno("client error (Connect): dns error: failed to lookup address")],
];

const cut: [string, Error][] = [
  ["Node, closed", node("UND_ERR_SOCKET")],
  ["Node, reset", node("ECONNRESET")],
  [
    "Node, no HTTP",
    new TypeError("fetch failed", { cause: new Error("Response does not match the HTTP/1.1 protocol") }),
  ],
  ["Bun, reset", bun("ECONNRESET")],
  ["Deno, closed", deno("client error (SendRequest): connection closed before message completed")],
  ["Deno, reset", new TypeError("fetch failed", { cause: new Error("Connection reset by peer (os error 104)") })],
  ["workerd", new Error("Network connection lost.")],
  ["Chromium", new TypeError("Failed to fetch")],
  ["Safari", new TypeError("Load failed")],
];

const untrusted: [string, Error][] = [
  ["Node, self-signed", node("DEPTH_ZERO_SELF_SIGNED_CERT")],
  ["Node, signed by itself", node("SELF_SIGNED_CERT_IN_CHAIN")],
  ["Node, too old", node("CERT_HAS_EXPIRED")],
  ["Node, another host's", node("ERR_TLS_CERT_ALTNAME_INVALID")],
  ["Node, signed by a stranger", node("UNABLE_TO_VERIFY_LEAF_SIGNATURE")],
  ["Node, without a chain", node("UNABLE_TO_GET_ISSUER_CERT_LOCALLY")],
  ["Deno", deno("client error (Connect): invalid peer certificate: UnknownIssuer")],
];

describe("a failure of the network", () => {
  it.each(unsent)("left nothing of the request: %s", (_, error) => {
    expect([isConnectionFailure(error), isConnectFailure(error), isCertificateFailure(error)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  it.each(cut)("may have come after the request: %s", (_, error) => {
    expect([isConnectionFailure(error), isConnectFailure(error), isCertificateFailure(error)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it.each(untrusted)("was a certificate that is refused, before anything was sent: %s", (_, error) => {
    expect([isConnectionFailure(error), isConnectFailure(error), isCertificateFailure(error)]).toEqual([
      true,
      true,
      true,
    ]);
  });

  it.each([
    coded(new Error("mine"), "Forbidden"),
    coded(new Error("mine"), "ERR_MINE"),
    new Error("mine"),
    new RangeError("mine"),
    new DOMException("aborted", "AbortError"),
    "text",
    null,
  ])("is something else than what a fetch of one's own throws: %s", error => {
    expect([isConnectionFailure(error), isConnectFailure(error), isCertificateFailure(error)]).toEqual([
      false,
      false,
      false,
    ]);
  });
});
