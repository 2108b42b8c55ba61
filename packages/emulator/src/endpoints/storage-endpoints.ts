import { type Context, Hono } from "hono";
import type { Files } from "../files/files.js";
import type { PresignedUrls, StorageError } from "../files/presigned-urls.js";
import { type Env, respond } from "../http/responses.js";
import type { Stats } from "../http/stats.js";
import { storagePath } from "../paths.js";

const escapeXml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** Writes an error in the XML of S3. */
function respondWithError(c: Context<Env>, { status, code, message, stringToSign }: StorageError): Response {
  c.header("Content-Type", "application/xml");
  const signedText = stringToSign === undefined ? "" : `<StringToSign>${escapeXml(stringToSign)}</StringToSign>`;
  const error = `<Error><Code>${code}</Code><Message>${message}</Message>${signedText}</Error>`;
  return respond(c, status, `<?xml version="1.0" encoding="UTF-8"?>\n${error}`);
}

/** Serves the files behind presigned URLs. Access tokens, scopes and rate limits do not apply to them. */
export function storageEndpoints({
  files,
  stats,
  urls,
}: {
  files: Files;
  stats: Stats;
  urls: PresignedUrls;
}): Hono<Env> {
  const app = new Hono<Env>();
  app.put(`${storagePath}*`, async c => {
    const error = urls.check(c.req.raw, c.get("now"));
    if (error) return respondWithError(c, error);
    files.write(new URL(c.req.url).pathname, new Uint8Array(await c.req.arrayBuffer()));
    stats.uploads++;
    return respond(c, 200, null);
  });
  app.get(`${storagePath}*`, c => {
    const error = urls.check(c.req.raw, c.get("now"));
    if (error) return respondWithError(c, error);
    const file = files.read(new URL(c.req.url).pathname);
    if (!file) {
      return respondWithError(c, { status: 404, code: "NoSuchKey", message: "The specified key does not exist." });
    }
    stats.downloads++;
    c.header("Content-Type", file.contentType);
    c.header("Content-Length", String(file.bytes.byteLength));
    return c.body(file.bytes);
  });
  return app;
}
