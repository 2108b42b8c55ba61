/**
 * Names when the network failed: the server's certificate was rejected, no connection was made, or it broke before the
 * response ended.
 */
export type FailedPhase = "certificate" | "connect" | "headers";

/** What implementations of fetch put into errors. `instanceof Error` is false for those of another realm. */
interface ErrorFields {
  readonly message?: unknown;
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

const CERTIFICATE = /^(?!ERR_SSL_)\w*CERT|^UNABLE_TO_(GET|VERIFY)|^HOSTNAME_MISMATCH|invalid peer certificate/;
/** A TLS handshake that failed, a proxy that opens no tunnel, and a port that fetch refuses. Their codes vary. */
const UNCONNECTED =
  /wrong version number|alert (handshake failure|protocol version)|TLS handshake failed|before secure TLS connection|^UND_ERR_PRX_TLS|Proxy response| bad port$/i;
const CONNECT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|FailedToOpenSocket) |client error \(Connect\)/;
const BROKEN =
  /^(E(CONN|NET|HOST|ADDR)[A-Z]+|EPIPE|EPROTO|ETIMEDOUT|UND_ERR_(SOCKET|DESTROYED|ABORTED|INFO|HEADERS_\w+|BODY_TIMEOUT|RES_\w+)|HPE_\w+|ERR_(SSL|TLS|HTTP2|SOCKET|STREAM_PREMATURE)_\S+|Z_\w+|ZlibError|ConnectionClosed) /;
/** Deno, workerd and browsers have no codes. Node has none for a response that is not HTTP. */
const BROKEN_MESSAGE =
  /^(fetch failed|terminated|Failed to fetch|Load failed|NetworkError|network (error|request failed|connection (was )?lost)|the (network|internet) connection|error (sending|reading|decoding) |error in (body|input) stream|connection (closed|reset)|other side closed|socket hang up|unexpected end of file|response does not match the HTTP)/i;

/**
 * Returns when the network failed, or undefined if the error shows no failure of the network. A custom fetch can throw
 * any error, and those of a program are not TypeErrors of fetch just because they are TypeErrors. So only known codes,
 * system calls and messages count. If the error has a cause, only the cause does: "fetch failed" can also mean that the
 * request was invalid.
 */
export function failedPhase(error: unknown, depth = 0): FailedPhase | undefined {
  const { message, code = "", syscall, cause, errors } = Object(error) as ErrorFields;
  if (typeof message !== "string" || depth > 4) return undefined;
  if (syscall === "connect") return "connect";
  if (Array.isArray(errors) && errors.length > 0) {
    const phases = errors.map(each => failedPhase(each, depth + 1));
    if (phases.includes(undefined)) return undefined;
    return phases.every(phase => phase === phases[0]) ? phases[0] : "headers";
  }
  const text = `${String(code)} ${message}`;
  if (CERTIFICATE.test(text)) return "certificate";
  if (UNCONNECTED.test(text)) return "connect";
  // After a connection was made, its host can still become unreachable.
  if (syscall !== "read" && syscall !== "write" && CONNECT.test(text)) return "connect";
  if (BROKEN.test(text)) return "headers";
  if (Object(cause).message !== undefined) return failedPhase(cause, depth + 1);
  return BROKEN_MESSAGE.test(message) ? "headers" : undefined;
}
