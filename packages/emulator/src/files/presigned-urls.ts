import { createRandom, type Random } from "../records/random.js";

/** Why the storage refuses a request, in S3's words. */
export interface StorageRefusal {
  status: number;
  code: string;
  message: string;
  /** What the signature should have been of; S3 tells it. */
  stringToSign?: string;
}

export interface PresignedUrls {
  /** An address that lets whoever has it read or write one file, for an hour from now. */
  sign(method: "GET" | "PUT", origin: string, path: string, now: number): string;
  /** Undefined when the request is the one that was signed. */
  refusal(request: Request, now: number): StorageRefusal | undefined;
}

const lifetimeSeconds = 3600;

/** The order in which they are written; AWS's own libraries leave a token in the query, from where it has to be moved. */
const query = /^\?AWSAccessKeyId=([^&]*)&Signature=([^&]*)(?:&x-amz-security-token=([^&]*))?&Expires=(\d+)$/;

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value | 0;
}

const base64 = (random: Random, length: number): string =>
  btoa(String.fromCharCode(...Array.from({ length }, () => random.integer(0, 255))));

/**
 * Presigned addresses that look like S3's, signature version 2 with a session token, and break as those do: what is signed
 * are the method, the Content-Type, the end, every `x-amz-` header and the path (facts 8). The signature is a checksum with
 * a key. Nobody's files depend on it, and HMAC is only to be had asynchronously.
 */
export function createPresignedUrls(random: Random): PresignedUrls {
  const keyId = `ASIA${random.hex(16).toUpperCase()}`;
  const key = random.hex(40);
  // With the characters that have to be escaped in a query.
  const token = `IQoJb3JpZ2luX2VjE+/${base64(random, 60)}`;

  const toSign = (method: string, contentType: string, expires: string, amz: string[], path: string): string =>
    [method, "", contentType, expires, ...amz.toSorted(), path].join("\n");
  // Only "+" is escaped: "/" and "=" may stand in a query, and whoever writes the query anew escapes them.
  const signature = (text: string): string => base64(createRandom(hash(key + text)), 20).replaceAll("+", "%2B");

  return {
    sign(method, origin, path, now) {
      const expires = String(Math.floor(now / 1000) + lifetimeSeconds);
      const signed = signature(toSign(method, "", expires, [`x-amz-security-token:${token}`], path));
      const session = `x-amz-security-token=${encodeURIComponent(token)}`;
      return `${origin}${path}?AWSAccessKeyId=${keyId}&Signature=${signed}&${session}&Expires=${expires}`;
    },
    refusal({ method, url, headers }, now) {
      if (headers.has("Authorization")) {
        const message = "Only one auth mechanism allowed: the Signature query parameter or the Authorization header";
        return { status: 400, code: "InvalidArgument", message };
      }
      if (headers.has("Transfer-Encoding")) {
        const message = "A header you provided implies functionality that is not implemented";
        return { status: 501, code: "NotImplemented", message };
      }
      const { pathname, search } = new URL(url);
      const [, id, given, session, expires = ""] = query.exec(search) ?? [];
      if (expires !== "" && Number(expires) * 1000 < now) {
        return { status: 403, code: "AccessDenied", message: "Request has expired" };
      }
      const amz = [...headers].filter(([name]) => name.startsWith("x-amz-")).map(([name, value]) => `${name}:${value}`);
      // A link has nowhere else to put the token; an upload has to send it as a header.
      if (method === "GET" && session !== undefined && !headers.has("x-amz-security-token")) {
        amz.push(`x-amz-security-token:${decodeURIComponent(session)}`);
      }
      const stringToSign = toSign(method, headers.get("Content-Type") ?? "", expires, amz, pathname);
      const moved = method === "GET" || session === undefined;
      if (moved && id === keyId && given === signature(stringToSign)) return undefined;
      const message = "The request signature we calculated does not match the signature you provided";
      return { status: 403, code: "SignatureDoesNotMatch", message, stringToSign };
    },
  };
}
