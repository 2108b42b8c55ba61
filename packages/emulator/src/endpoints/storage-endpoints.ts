import { type Context, Hono } from "hono";
import type { Files } from "../files/files.js";
import type { PresignedUrls, StorageRefusal } from "../files/presigned-urls.js";
import { answer, type Env } from "../http/responses.js";
import type { Stats } from "../http/stats.js";
import { storagePath } from "../paths.js";

const escapeXml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** An error as S3 writes it. */
function refuse(c: Context<Env>, { status, code, message, stringToSign }: StorageRefusal): Response {
  c.header("Content-Type", "application/xml");
  const told = stringToSign === undefined ? "" : `<StringToSign>${escapeXml(stringToSign)}</StringToSign>`;
  const error = `<Error><Code>${code}</Code><Message>${message}</Message>${told}</Error>`;
  return answer(c, status, `<?xml version="1.0" encoding="UTF-8"?>\n${error}`);
}

/** The storage of files that presigned addresses lead to. It knows no access tokens, scopes or rate limits. */
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
    const refusal = urls.refusal(c.req.raw, c.get("now"));
    if (refusal) return refuse(c, refusal);
    files.write(new URL(c.req.url).pathname, new Uint8Array(await c.req.arrayBuffer()));
    stats.uploads++;
    return answer(c, 200, null);
  });
  app.get(`${storagePath}*`, c => {
    const refusal = urls.refusal(c.req.raw, c.get("now"));
    if (refusal) return refuse(c, refusal);
    const file = files.read(new URL(c.req.url).pathname);
    if (!file) return refuse(c, { status: 404, code: "NoSuchKey", message: "The specified key does not exist." });
    stats.downloads++;
    c.header("Content-Type", file.contentType);
    c.header("Content-Length", String(file.bytes.byteLength));
    return c.body(file.bytes);
  });
  return app;
}
