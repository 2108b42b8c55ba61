import { sanitizeText } from "@qbench-sdk/auth/internal";
import { QBenchRenderError } from "../errors/render-error.js";
import { poll } from "../poll.js";

/** Describes the fields of a report or print document that show whether it is rendered. */
export interface RenderedRecord {
  /** The id of the record. */
  readonly id: number;
  /** `SUCCESSFUL` if the file exists, `PENDING` if it does not exist yet, or else a failure. */
  readonly render_status?: unknown;
  /** The laboratory's message if the rendering failed. */
  readonly render_error?: unknown;
  /** The laboratory's message if the rendering failed. It is preferred to `render_error`. */
  readonly render_error_message?: unknown;
}

/** Configures how `waitUntilRendered`, `createReport` and `createPrintDocument` wait. */
export interface RenderOptions {
  /** Maximum time to wait, in milliseconds. Default 300 000. */
  timeoutMs?: number;
  /**
   * Approximate time before the second read, in milliseconds. Default 1000. Each wait is twice as long as the previous
   * one, up to 15 s or `intervalMs`, whichever is longer.
   */
  intervalMs?: number;
  /** Aborts the wait with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Polls a report or print document until it is rendered (docs/qbench-api.md §8). The first read is immediate, and the
 * time between reads grows. An error that `read` throws ends the wait.
 *
 * @example
 * ```ts
 * const report = await waitUntilRendered(signal => client.reports.get(7, undefined, { signal }));
 * ```
 *
 * @param read reads the record again. Its signal is aborted when the wait is over.
 * @throws QBenchRenderError `failed` with the laboratory's message, or `timeout`
 */
export async function waitUntilRendered<Rendered extends RenderedRecord>(
  read: (signal: AbortSignal) => Promise<Rendered>,
  options: RenderOptions = {},
): Promise<Rendered> {
  let id: number | undefined;
  const attempt = async (signal: AbortSignal): Promise<Rendered | undefined> => {
    const record = await read(signal);
    id = typeof record.id === "number" ? record.id : undefined;
    const { render_status: status, render_error, render_error_message } = record;
    if (status === "SUCCESSFUL") return record;
    // A record that has no status yet counts as pending.
    if (typeof status !== "string" || status === "PENDING") return undefined;
    const reason = toMessage(render_error_message) || toMessage(render_error) || `render_status ${toMessage(status)}`;
    throw new QBenchRenderError("failed", reason, id);
  };
  return poll(attempt, options, timeoutMs => {
    const why = `it took longer than ${timeoutMs} ms. Set a longer timeoutMs, or read the record again later.`;
    return new QBenchRenderError("timeout", why, id);
  });
}

/** Returns the laboratory's message on one line, without the queries of URLs, which can be presigned. */
const toMessage = (text: unknown): string => (typeof text === "string" ? sanitizeText(text) : "");
