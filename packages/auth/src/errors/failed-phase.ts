/**
 * Names when the network failed: the certificate of the server was rejected, the proxy rejected the request for a
 * tunnel, no connection was made, or it broke before the response ended.
 */
export type FailedPhase = "certificate" | "proxy" | "connect" | "headers";

const CERTIFICATE = /^(?!ERR_SSL_)\w*CERT|^UNABLE_TO_|^HOSTNAME_MISMATCH|invalid peer certificate/;
/** A proxy that responds with 401, 403, 407 or another 4xx. Deno names only 407. */
const PROXY = /Proxy response \(4|a tunnel: 4|proxy authentication/;
/** A TLS handshake that failed, a proxy that opens no tunnel, and a port that fetch refuses. Their codes vary. */
const UNCONNECTED =
  /wrong version number|alert (handshake|protocol)|TLS handshake|before secure TLS|Proxy response|a tunnel: | bad port$/;
const CONNECT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_|E(HOST|NET)UNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_|ConnectionRefused|FailedToOpen)|client error \(Connect/;
/** Codes, and after a space the messages of Deno, workerd and browsers, which have no codes. */
const BROKEN =
  /^(E(CONN|NET|HOST|PIPE|PROTO|TIMEDOUT)|UND_ERR_(SOCKET|DESTROYED|ABORTED|HEADERS|BODY|RES)|HPE_|ERR_(SSL|TLS|HTTP2|STREAM_PREMATURE)_|Z_| (fetch failed|failed to fetch|load failed|terminated|(the )?network ?(error|request|connection)|error (sending|reading) |connection reset|response does not match))/i;

/**
 * Returns when the network failed, or undefined if the error shows no failure of the network. A custom fetch can throw
 * any error, and those of a program can be TypeErrors as well. So only known codes, system calls and messages count. If
 * the error has a cause, only the cause does: "fetch failed" can also mean that the request was invalid. Reads fields
 * only, because an error of another realm is not an instance of `Error`.
 */
export function failedPhase(error: unknown, depth = 0): FailedPhase | undefined {
  const { message, code: anyCode, syscall, cause, errors } = Object(error);
  if (typeof message !== "string" || depth > 4) return undefined;
  // Some objects cannot become a text.
  const code = typeof anyCode === "string" ? anyCode : "";
  if (syscall === "connect") return "connect";
  if (Array.isArray(errors) && errors.length > 0) {
    const phases = errors.map(each => failedPhase(each, depth + 1));
    if (phases.includes(undefined)) return undefined;
    return phases.includes("headers") ? "headers" : phases[0];
  }
  if (Object(cause).message !== undefined) {
    const phase = failedPhase(cause, depth + 1);
    // The connection to the proxy broke before it opened the tunnel.
    return phase === "headers" && /_PRX_/.test(code) ? "connect" : phase;
  }
  const text = `${code} ${message}`;
  if (CERTIFICATE.test(text)) return "certificate";
  if (PROXY.test(text)) return "proxy";
  // After a connection was made, its host can still become unreachable.
  const isConnected = syscall === "read" || syscall === "write";
  if (UNCONNECTED.test(text) || (!isConnected && CONNECT.test(text))) return "connect";
  return BROKEN.test(text) ? "headers" : undefined;
}
