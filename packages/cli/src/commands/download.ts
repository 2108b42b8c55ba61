import { pipeline } from "node:stream/promises";
import { delay } from "@qbench-sdk/auth/internal";
import { downloadFile, type FetchLike, type FileProgress, QBenchFileError, unwrap } from "@qbench-sdk/client";
import type { Connection } from "../connection/connect.js";
import { createClient } from "../connection/create-client.js";
import { apiRoot } from "../document/api-path.js";
import { type ApiPath, isRow, type Row } from "../document/untyped-paths.js";
import { CommandError } from "../errors/command-error.js";
import { UsageError } from "../errors/usage-error.js";
import { draftByName, draftOf, type FileDraft, unbuffered } from "../output/file-draft.js";
import { fileName } from "../output/file-name.js";
import { createProgressBar, formatBytes } from "../output/progress-bar.js";
import { writeLine } from "../output/write-line.js";

export interface DownloadOptions {
  kind: "report" | "attachment";
  id: number;
  /** The file to write, or `-` for stdout. By default, the file's own name in the working directory. */
  output?: string | undefined;
}

/** A download changes nothing, so it is repeated as often as the client repeats a GET. */
const MAX_ATTEMPTS = 4;
const FIRST_WAIT_MS = 250;

/**
 * Saves the file of a report or an attachment. If its URL has expired or the connection breaks, reads the record again
 * for a new URL, and repeats the download.
 *
 * @throws UsageError if the file cannot be created, or exists and was not named by `output`
 * @throws CommandError if the record has no file
 * @throws QBenchFileError if the storage rejects the download, or after four attempts
 */
export async function download(
  connection: Connection,
  { kind, id, output }: DownloadOptions,
  signal: AbortSignal,
): Promise<void> {
  if (output === "-" && process.stdout.isTTY) {
    throw new UsageError("A file can control the terminal. Redirect stdout, or name a file after -o.");
  }
  const { fetch = globalThis.fetch, quiet } = connection;
  const client = createClient(connection);
  const path: ApiPath = `${apiRoot}${kind}s/${id}`;
  let record: Row = {};
  let contentDisposition: string | null = null;
  const ownName = () => fileName(record, contentDisposition, `${kind}-${id}`);
  const file = await createFile();
  const bar = await createProgressBar("bytes", { quiet });
  let bytes = 0;

  function createFile(): FileDraft | Promise<FileDraft> {
    if (output === undefined) return draftByName(ownName);
    if (output !== "-") return draftOf(output);
    return unbuffered(content => pipeline(content, process.stdout, { end: false }));
  }
  const fetchFile: FetchLike = async (request, init) => {
    const response = await fetch(request, init);
    contentDisposition = response.headers.get("Content-Disposition");
    return response;
  };
  const onProgress = ({ bytes: done, total }: FileProgress): void => {
    bytes = done;
    bar.show({ done, total });
  };

  async function transfer(): Promise<void> {
    record = readRecord(await unwrap(client.GET(path, { signal })));
    bytes = 0;
    const { stream } = await downloadFile(record, { fetch: fetchFile, signal, onProgress });
    // Without this, a response that was not read to its end would keep the process alive.
    await file.fill(stream).finally(() => stream.cancel().catch(() => {}));
  }

  try {
    for (let attempt = 1; ; attempt++) {
      try {
        await transfer();
        break;
      } catch (error) {
        if (!(error instanceof QBenchFileError)) throw error;
        if (error.reason === "no_url") throw noFileError(kind, id, record);
        if (attempt === MAX_ATTEMPTS || !isTransient(error) || (!file.canRestart && bytes > 0)) throw error;
        if (error.reason === "expired") continue;
      }
      await delay(FIRST_WAIT_MS * 2 ** (attempt - 1), signal);
    }
    await file.publish();
  } finally {
    bar.remove();
    await file.remove();
  }
  if (output !== "-" && !quiet) await writeLine(`Saved ${output ?? ownName()} (${formatBytes(bytes)}).`);
}

/** Returns the record in a response. */
const readRecord = (body: unknown): Row => {
  const record = isRow(body) && "data" in body ? body.data : body;
  return isRow(record) ? record : {};
};

/** Returns true if a new URL or a further attempt can help. */
const isTransient = ({ reason, status = 0 }: QBenchFileError): boolean =>
  ["expired", "connection_failed", "wrong_length"].includes(reason) || status >= 500;

function noFileError(kind: string, id: number, { render_status: status }: Row): CommandError {
  const reason = typeof status === "string" ? ` (render_status ${status})` : "";
  return new CommandError(`The ${kind} ${id} has no file${reason}. If it is not ready yet, try again later.`);
}
