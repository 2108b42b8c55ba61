/** The beginning of a body, and whether it is all of it. */
export interface LimitedText {
  text: string;
  /** False if the body is longer than the limit, took too long, or broke off. */
  isComplete: boolean;
  /** What the body threw, if its connection broke. */
  error?: unknown;
}

/**
 * Reads a body up to a limit, because the server must not decide how much memory and time a client spends. Cancels the
 * rest, which frees the connection.
 *
 * @param maxBytes how many bytes to read at most
 * @param maxMs how long to read at most, in milliseconds; no limit by default
 */
export async function readLimitedText(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  maxMs?: number,
): Promise<LimitedText> {
  if (body === null) return { text: "", isComplete: true };
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytesLeft = maxBytes;
  let isCancelled = false;
  const cancel = () => {
    isCancelled = true;
    reader.cancel().catch(() => {});
  };
  const timer = maxMs === undefined ? undefined : setTimeout(cancel, maxMs);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { text: text + decoder.decode(), isComplete: !isCancelled };
      text += decoder.decode(value.subarray(0, bytesLeft), { stream: true });
      if (value.byteLength > bytesLeft) {
        cancel();
        return { text, isComplete: false };
      }
      bytesLeft -= value.byteLength;
    }
  } catch (error) {
    return { text, isComplete: false, error };
  } finally {
    clearTimeout(timer);
  }
}
