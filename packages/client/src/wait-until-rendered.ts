import { QBenchRenderError } from "./render-error.js";

/** A report or print document, by what tells how far it is. */
export interface RenderedRecord {
  readonly id?: unknown;
  readonly render_status?: unknown;
  readonly render_error?: unknown;
  readonly render_error_message?: unknown;
}

export interface RenderOptions {
  /** How long to wait at most, in milliseconds; default 300 000. */
  timeoutMs?: number;
  signal?: AbortSignal;
}

const firstDelayMs = 1000;
const longestDelayMs = 15_000;

/**
 * Reads a report or print document until it is rendered: at once, after about a second, and then after twice as long each
 * time, up to 15 s (facts 8). What `read` throws ends it.
 *
 * @param read reads the record anew; its signal ends with the wait
 * @throws QBenchRenderError `failed` with the laboratory's own message, or `timeout`
 */
export async function waitUntilRendered<Rendered extends RenderedRecord>(
  read: (signal: AbortSignal) => Promise<Rendered>,
  { timeoutMs = 300_000, signal: given }: RenderOptions = {},
): Promise<Rendered> {
  const deadline = new AbortController();
  const signal = given ? AbortSignal.any([given, deadline.signal]) : deadline.signal;
  let id: unknown;
  const timer = setTimeout(() => {
    const message = `${nameOf(id)} was not rendered within timeoutMs (${timeoutMs} ms)`;
    deadline.abort(new QBenchRenderError("timeout", message, id));
  }, timeoutMs);
  try {
    for (let delay = firstDelayMs; ; delay = Math.min(delay * 2, longestDelayMs)) {
      signal.throwIfAborted();
      const record = await read(signal);
      id = record.id;
      const { render_status: status, render_error, render_error_message } = record;
      if (status === "SUCCESSFUL") return record;
      // Without a status there is nothing yet.
      if (typeof status === "string" && status !== "PENDING") {
        const reason = oneLine(render_error_message) ?? oneLine(render_error) ?? `render_status ${status}`;
        throw new QBenchRenderError("failed", `${nameOf(id)} could not be rendered: ${reason}`, id);
      }
      // So that many that began together do not ask together.
      await sleep(delay * (0.75 + Math.random() / 2), signal);
    }
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

const nameOf = (id: unknown): string => `The document${id === undefined ? "" : ` ${String(id)}`}`;

/** The laboratory's message. The addresses in it may be presigned, so they lose their queries. */
const oneLine = (text: unknown): string | undefined =>
  typeof text === "string" && text.trim() !== ""
    ? text
        .trim()
        .replace(/\s+/g, " ")
        .replace(/\?\S*=\S*/g, "")
        .slice(0, 500)
    : undefined;

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    }, ms);
    signal.addEventListener("abort", abort, { once: true });
  });
}
