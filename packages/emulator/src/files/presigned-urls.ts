import { createRandom, type Random } from "../records/random.js";

/** The error with which the storage rejects a request. Codes and messages are those of S3. */
export interface StorageError {
  status: number;
  code: string;
  message: string;
  /** The text that the signature should cover. S3 includes it in the response. */
  stringToSign?: string;
}

export interface PresignedUrls {
  /** Returns a URL with which anyone can read or write one file for an hour. */
  sign(method: "GET" | "PUT", origin: string, path: string, now: number): string;
  /** Returns the error of a request that differs from the signed one, or undefined if the request is valid. */
  check(request: Request, now: number): StorageError | undefined;
}

const lifetimeSeconds = 3600;

/** The parameters in the order of AWS's own libraries, which leave the token in the query (docs/qbench-api.md §8). */
const query = /^\?AWSAccessKeyId=([^&]*)&Signature=([^&]*)(?:&x-amz-security-token=([^&]*))?&Expires=(\d+)$/;

/** Returns the FNV-1a hash of a text, with 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value | 0;
}

const base64 = (random: Random, length: number): string =>
  btoa(String.fromCharCode(...Array.from({ length }, () => random.integer(0, 255))));

/**
 * Creates presigned URLs with the form of S3's signature version 2 with a session token (docs/qbench-api.md §8). They
 * break like S3's: the signature covers the method, the Content-Type, the expiry, every `x-amz-` header and the path.
 *
 * The signature is a keyed checksum, not an HMAC, because Web Crypto computes an HMAC only asynchronously. No real
 * files depend on it.
 */
export function createPresignedUrls(random: Random): PresignedUrls {
  const keyId = `ASIA${random.hex(16).toUpperCase()}`;
  const key = random.hex(40);
  // Contains the characters that must be escaped in a query.
  const token = `IQoJb3JpZ2luX2VjE+/${base64(random, 60)}`;

  const toSign = (method: string, contentType: string, expires: string, amz: string[], path: string): string =>
    [method, "", contentType, expires, ...amz.toSorted(), path].join("\n");
  // Only "+" is escaped. "/" and "=" are allowed in a query, but URLSearchParams escapes them, which breaks the URL.
  const signature = (text: string): string => base64(createRandom(hash(key + text)), 20).replaceAll("+", "%2B");

  return {
    sign(method, origin, path, now) {
      const expires = String(Math.floor(now / 1000) + lifetimeSeconds);
      const signed = signature(toSign(method, "", expires, [`x-amz-security-token:${token}`], path));
      const session = `x-amz-security-token=${encodeURIComponent(token)}`;
      return `${origin}${path}?AWSAccessKeyId=${keyId}&Signature=${signed}&${session}&Expires=${expires}`;
    },
    check({ method, url, headers }, now) {
      if (headers.has("Authorization")) {
        const message = "Only one auth mechanism allowed: the Signature query parameter or the Authorization header";
        return { status: 400, code: "InvalidArgument", message };
      }
      if (headers.has("Transfer-Encoding")) {
        const message = "A header you provided implies functionality that is not implemented";
        return { status: 501, code: "NotImplemented", message };
      }
      const { pathname, search } = new URL(url);
      const [, id, sentSignature, session, expires = ""] = query.exec(search) ?? [];
      if (expires !== "" && Number(expires) * 1000 < now) {
        return { status: 403, code: "AccessDenied", message: "Request has expired" };
      }
      const amz = [...headers].filter(([name]) => name.startsWith("x-amz-")).map(([name, value]) => `${name}:${value}`);
      // A plain link cannot send headers, so a download may leave the token in the query. An upload may not.
      if (method === "GET" && session !== undefined && !headers.has("x-amz-security-token")) {
        amz.push(`x-amz-security-token:${decodeURIComponent(session)}`);
      }
      const stringToSign = toSign(method, headers.get("Content-Type") ?? "", expires, amz, pathname);
      const moved = method === "GET" || session === undefined;
      if (moved && id === keyId && sentSignature === signature(stringToSign)) return undefined;
      const message = "The request signature we calculated does not match the signature you provided";
      return { status: 403, code: "SignatureDoesNotMatch", message, stringToSign };
    },
  };
}
