import { QBenchInputError } from "../errors/input-error.js";
import { QBenchRenderError } from "../errors/render-error.js";

/** A report or print document, by what tells how far it is. */
export interface RenderedRecord {
  readonly id: number;
  readonly render_status?: unknown;
  readonly render_error?: unknown;
  readonly render_error_message?: unknown;
}

export interface RenderOptions {
  /** How long to wait at most, in milliseconds; default 300 000. */
  timeoutMs?: number;
  /**
   * About how long to wait before the second read, in milliseconds; default 1000. Each wait is twice the last, up to 15 s, or
   * to this where it is longer.
   */
  intervalMs?: number;
  signal?: AbortSignal;
}

const longestIntervalMs = 15_000;

/**
 * Reads a report or print document until it is rendered (facts 8): at once, and then after longer and longer waits. What
 * `read` throws ends it.
 *
 * @param read reads the record anew; its signal is aborted when the wait is over
 * @throws QBenchRenderError `failed` with the laboratory's own message, or `timeout`
 */
export async function waitUntilRendered<Rendered extends RenderedRecord>(
  read: (signal: AbortSignal) => Promise<Rendered>,
  { timeoutMs = 300_000, intervalMs = 1000, signal: given }: RenderOptions = {},
): Promise<Rendered> {
  for (const [name, value] of Object.entries({ timeoutMs, intervalMs })) {
    // A longer timer would ring at once.
    if (!(value > 0 && value < 2 ** 31)) {
      throw new QBenchInputError(`${name} is in milliseconds, more than 0 and less than 2^31`);
    }
  }
  given?.throwIfAborted();
  const end = new AbortController();
  const signal = given ? AbortSignal.any([given, end.signal]) : end.signal;
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  // It may be aborted when nothing waits any more.
  aborted.catch(() => {});
  let id: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = setTimeout(
    () => end.abort(new QBenchRenderError("timeout", `it took longer than timeoutMs, ${timeoutMs} ms`, id)),
    timeoutMs,
  );
  try {
    for (let wait = intervalMs; ; wait = Math.min(wait * 2, Math.max(intervalMs, longestIntervalMs))) {
      const record = await Promise.race([read(signal), aborted]);
      id = record.id;
      const { render_status: status, render_error, render_error_message } = record;
      if (status === "SUCCESSFUL") return record;
      // Without a status there is nothing yet.
      if (typeof status === "string" && status !== "PENDING") {
        const why = oneLine(render_error_message) ?? oneLine(render_error) ?? `render_status ${status}`;
        throw new QBenchRenderError("failed", why, id);
      }
      // So that many that began together do not ask together.
      const ms = wait * (0.75 + Math.random() / 2);
      await Promise.race([
        new Promise(resolve => {
          timer = setTimeout(resolve, ms);
        }),
        aborted,
      ]);
    }
  } finally {
    clearTimeout(deadline);
    clearTimeout(timer);
  }
}

/** The laboratory's message. The addresses in it may be presigned, so they lose their queries. */
const oneLine = (text: unknown): string | undefined =>
  (typeof text === "string" &&
    text
      .trim()
      .replace(/\s+/g, " ")
      .replace(/\?\S*=\S*/g, "")
      .slice(0, 500)) ||
  undefined;
