import type { Client } from "openapi-fetch";
import { countedStream } from "./counted-stream.js";
import type { CreateBody, CreatedRecord } from "./created-record.js";
import { QBenchFileError } from "./file-error.js";
import { type FileOptions, fetchPresigned, findUrl, takeSignedHeaders } from "./presigned-url.js";
import { unwrap } from "./unwrap.js";

/** A file to upload: its bytes, a Blob, or whatever can open a stream of a size in bytes that is known. */
export type FileContent = Uint8Array<ArrayBuffer> | Pick<Blob, "size" | "stream">;

type Attachments = "/qbench/api/v2/attachments";

/** Which field has the address is not published (facts 8). */
const urlKeys = ["upload_url", "uploadUrl", "presigned_url", "presignedUrl", "url"];

/**
 * Creates an attachment and uploads its file, whose address needs no access token and gets none. A file of any size is sent
 * as it is read, in Node and Bun, where `onProgress` is told of each part; elsewhere the length that the storage asks for can
 * be told of Blobs and bytes only: `onProgress` is told at the end, and a stream is read into memory first.
 *
 * @returns the attachment, without the address, which is used up
 * @throws QBenchApiError when there is no attachment
 * @throws QBenchFileError when there is one without its file; `attachmentId` is its id
 */
export async function uploadAttachment<Paths extends {}>(
  client: Client<Paths>,
  attachment: CreateBody<Paths, Attachments>,
  content: FileContent,
  options: FileOptions = {},
): Promise<CreatedRecord<Paths, Attachments>> {
  const file = content instanceof Uint8Array ? new Blob([content]) : content;
  if (typeof file?.stream !== "function" || !Number.isInteger(file.size) || file.size < 0) {
    throw new QBenchFileError("invalid_content", "content: give bytes, a Blob, or { size, stream() }");
  }
  // The path and its body have been checked against each other; here they are any.
  const post = client.POST as unknown as (
    path: Attachments,
    init: { body: unknown[]; signal?: AbortSignal },
  ) => Promise<{ data: { data: { id?: number | string }[] }; response: Response }>;
  const { signal } = options;
  const answer = await unwrap(post("/qbench/api/v2/attachments", { body: [attachment], ...(signal && { signal }) }));
  const record = answer.data[0];
  const address = findUrl(record, urlKeys);
  try {
    if (!address) throw new QBenchFileError("no_url", "The attachment was created without an address to upload to");
    await put(address.url, file, options);
  } catch (error) {
    if (error instanceof QBenchFileError && record?.id !== undefined) Object.assign(error, { attachmentId: record.id });
    throw error;
  }
  return Object.fromEntries(Object.entries(record ?? {}).filter(([key]) => key !== address.key)) as CreatedRecord<
    Paths,
    Attachments
  >;
}

async function put(address: string, file: Pick<Blob, "size" | "stream">, options: FileOptions): Promise<void> {
  const { size } = file;
  const { url, headers } = takeSignedHeaders(address);
  const init: RequestInit & { duplex?: "half" } = { method: "PUT", headers };
  if (tellsLengths()) {
    init.body = countedStream(file.stream(), size, options);
    init.duplex = "half";
    headers.push(["Content-Length", String(size)]);
  } else {
    // Of no type, whatever its own: fetch would make a header of it, and the signature is not of that.
    init.body = new Blob([file instanceof Blob ? file : await new Response(file.stream()).blob()]);
  }
  const { body } = await fetchPresigned(url, init, options);
  body?.cancel().catch(() => {});
  if (!init.duplex) options.onProgress?.(size, size);
}

/** Does fetch send the length that a stream is said to have? S3 takes none without; Deno, workerd and browsers drop it. */
function tellsLengths(): boolean {
  const { process, Deno, WebSocketPair } = globalThis as {
    process?: { versions?: { node?: string } };
    Deno?: unknown;
    WebSocketPair?: unknown;
  };
  return process?.versions?.node !== undefined && Deno === undefined && WebSocketPair === undefined;
}
