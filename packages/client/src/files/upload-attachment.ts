import type { CallOptions } from "../call-options.js";
import { checkFields } from "../check-fields.js";
import { QBenchFileError } from "../errors/file-error.js";
import { QBenchInputError } from "../errors/input-error.js";
import { notify } from "../events.js";
import { countedStream } from "./counted-stream.js";
import { type FileOptions, fetchPresigned, takeSignedHeaders, urlField } from "./presigned-url.js";

/** What to upload: bytes, a Blob, or whatever opens a stream of so many bytes as `size` says. */
export type FileContent = Uint8Array<ArrayBuffer> | Pick<Blob, "size" | "stream">;

/** A client whose document has attachments. */
export interface AttachmentClient<Attachment, Created> {
  readonly attachments: { create(records: Attachment[], options?: CallOptions): Promise<Created[]> };
}

/** Which field has the address is not published (facts 8). */
const urlKeys = ["upload_url", "uploadUrl", "presigned_url", "presignedUrl", "url"];

/**
 * Creates an attachment and uploads its file, to an address that needs no access token and gets none (facts 8). In Node and
 * Bun a file of any size is sent as it is read, and `onProgress` is told of each part. Elsewhere fetch tells the storage the
 * length of Blobs and bytes only, which it asks for: a stream is read into memory first, and `onProgress` is told at the end.
 * The file is sent once, without retries. Who aborts an upload may leave an attachment without its file.
 *
 * @returns the attachment without the address, which is used up
 * @throws QBenchInputError when the attachment or its content cannot be right; nothing was sent
 * @throws QBenchApiError when the attachment was not created
 * @throws QBenchFileError when it was, and its file was not uploaded; `attachmentId` is its id
 */
export async function uploadAttachment<Attachment, Created extends { id: number }>(
  client: AttachmentClient<Attachment, Created>,
  attachment: Attachment,
  content: FileContent,
  options: FileOptions = {},
): Promise<Created> {
  checkFields("uploadAttachment", attachment, ["attachment_type", "object_id", "file_name"]);
  const file = content instanceof Uint8Array ? new Blob([content]) : content;
  if (typeof file?.stream !== "function" || !(Number.isInteger(file.size) && file.size > 0)) {
    throw new QBenchInputError("uploadAttachment: the content is bytes, a Blob or { size, stream() }, and not empty");
  }
  const { signal } = options;
  const [created] = await client.attachments.create([attachment], { ...(signal && { signal }) });
  try {
    const address = urlField(created, urlKeys);
    if (!created || !address) throw new QBenchFileError("no_url", "The new attachment has no address to upload to");
    await put(address.url, file, options);
    Reflect.deleteProperty(created, address.key);
    return created;
  } catch (error) {
    signal?.throwIfAborted();
    throw Object.assign(unreadable(error), created && { attachmentId: created.id });
  }
}

/** All else has an error of its own, so it was the content. */
const unreadable = (cause: unknown): QBenchFileError =>
  cause instanceof QBenchFileError
    ? cause
    : new QBenchFileError("unreadable", "The content could not be read", { cause });

async function put(address: string, file: Pick<Blob, "size" | "stream">, options: FileOptions): Promise<void> {
  const { size } = file;
  const { onProgress } = options;
  const { url, headers } = takeSignedHeaders(address);
  const init: RequestInit & { duplex?: "half" } = { method: "PUT", headers };
  if (tellsLengths()) {
    init.body = countedStream(file.stream(), size, onProgress, unreadable);
    init.duplex = "half";
    headers.push(["Content-Length", String(size)]);
  } else {
    const blob =
      file instanceof Blob
        ? file
        : await new Response(countedStream(file.stream(), size, undefined, unreadable)).blob();
    // Of no type, whatever its own: fetch would make a header of it, and the signature is not of that.
    init.body = blob.slice();
  }
  const { body } = await fetchPresigned(url, init, options);
  body?.cancel().catch(() => {});
  if (!init.duplex) notify(onProgress, { bytes: size, total: size });
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
