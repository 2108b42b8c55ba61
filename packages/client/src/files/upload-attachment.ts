import { isWorkerd, QBenchInputError } from "@qbench-sdk/auth/internal";
import type { CallOptions } from "../call-options.js";
import { checkFields } from "../check-fields.js";
import { QBenchFileError } from "../errors/file-error.js";
import { notify } from "../events.js";
import { countedStream } from "./counted-stream.js";
import { extractSignedHeaders, type FileOptions, fetchPresigned, findUrl } from "./presigned-url.js";

/** Represents the content to upload: bytes, a Blob, or an object that opens a stream of exactly `size` bytes. */
export type FileContent = Uint8Array<ArrayBuffer> | Pick<Blob, "size" | "stream">;

/** Describes a client whose document has attachments. */
export interface AttachmentClient<Attachment, Created> {
  /** The resource of attachments. */
  readonly attachments: {
    /** Creates attachments. */
    create(records: Attachment[], options?: CallOptions): Promise<Created[]>;
  };
}

/**
 * The OpenAPI document does not say which field holds the upload URL. These are tried in turn (docs/qbench-api.md §8).
 */
const UPLOAD_URL_FIELDS = ["upload_url", "uploadUrl", "presigned_url", "presignedUrl", "url"];

/**
 * Creates an attachment and uploads its file. The upload goes to a presigned URL, which needs no access token and never
 * gets one (docs/qbench-api.md §8). It is sent once, without retries. If it is aborted, an attachment without a file
 * can remain.
 *
 * Node and Bun stream a file of any size, and `onProgress` is called after each chunk. In other runtimes, fetch drops
 * the length of a stream, which the storage requires. There, a stream is read into memory first, and `onProgress` is
 * called once, at the end.
 *
 * @example
 * ```ts
 * const order = { attachment_type: "ORDER", object_id: 3, file_name: "scan.pdf" };
 * const { id } = await uploadAttachment(client, order, await openAsBlob("scan.pdf"));
 * ```
 *
 * @returns the attachment, without the upload URL, which has been used
 * @throws QBenchInputError if the attachment or its content cannot be right; nothing was sent
 * @throws QBenchApiError if the attachment was not created
 * @throws QBenchWriteError if the response has no attachment: it may have been created
 * @throws QBenchFileError if it was created but its file was not uploaded; `attachmentId` is its id
 */
export async function uploadAttachment<Attachment, Created extends { id: number }>(
  client: AttachmentClient<Attachment, Created>,
  attachment: Attachment,
  content: FileContent,
  options: FileOptions = {},
): Promise<Created> {
  checkFields("uploadAttachment", attachment, ["attachment_type", "object_id", "file_name"]);
  const file = ArrayBuffer.isView(content) ? new Blob([content]) : content;
  if (typeof file?.stream !== "function" || !(Number.isInteger(file.size) && file.size > 0)) {
    throw new QBenchInputError(
      "uploadAttachment: the content must be a Uint8Array, a Blob or { size, stream() }, and must not be empty.",
    );
  }
  const { signal } = options;
  const [created] = await client.attachments.create([attachment], { ...(signal && { signal }) });
  try {
    const found = findUrl(created, UPLOAD_URL_FIELDS);
    if (!created || !found) {
      throw new QBenchFileError("no_url", "The attachment was created, but QBench returned no upload URL for it.");
    }
    await put(found.url, file, options);
    Reflect.deleteProperty(created, found.key);
    return created;
  } catch (error) {
    signal?.throwIfAborted();
    throw Object.assign(toFileError(error), typeof created?.id === "number" && { attachmentId: created.id });
  }
}

/**
 * Returns the error of an upload. All other failures are QBenchFileErrors already, so anything else came from the
 * content.
 */
const toFileError = (cause: unknown): QBenchFileError =>
  cause instanceof QBenchFileError
    ? cause
    : new QBenchFileError("unreadable", "The content to upload could not be read. See the cause of this error.", {
        cause,
      });

async function put(presignedUrl: string, file: Pick<Blob, "size" | "stream">, options: FileOptions): Promise<void> {
  const { size } = file;
  const { onProgress } = options;
  const { url, headers } = extractSignedHeaders(presignedUrl);
  const init: RequestInit & { duplex?: "half" } = { method: "PUT", headers };
  // If the stream fails, fetch throws an error of its own, which can lack the stream's error.
  let contentError: QBenchFileError | undefined;
  const toContentError = (cause: unknown) => {
    contentError = toFileError(cause);
    return contentError;
  };
  if (canSendStreamLength()) {
    init.body = countedStream(file.stream(), size, onProgress, toContentError);
    init.duplex = "half";
    headers.push(["Content-Length", String(size)]);
  } else {
    const blob =
      file instanceof Blob
        ? file
        : await new Response(countedStream(file.stream(), size, undefined, toFileError)).blob();
    // A slice has no type. Fetch would send a type as Content-Type, which the signature does not cover.
    init.body = blob.slice();
  }
  const { body } = await fetchPresigned(url, init, options).catch(error => {
    throw contentError ?? error;
  });
  body?.cancel().catch(() => {});
  if (!init.duplex) notify(onProgress, { bytes: size, total: size });
}

/** Returns true if fetch keeps the Content-Length of a stream. S3 requires one. Deno, workerd and browsers drop it. */
function canSendStreamLength(): boolean {
  const { process, Deno } = globalThis as { process?: { versions?: { node?: string } }; Deno?: unknown };
  return process?.versions?.node !== undefined && Deno === undefined && !isWorkerd();
}
