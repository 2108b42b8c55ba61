/**
 * A body's text, or undefined when it is longer than the limit: whoever answers must not decide how much memory we
 * spend. The rest of a body that is too long is cancelled, which frees its connection.
 *
 * @throws whatever the body throws when its connection breaks
 */
export async function readLimitedText(
  body: ReadableStream<Uint8Array> | null,
  limitBytes: number,
): Promise<string | undefined> {
  if (body === null) return "";
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > limitBytes) {
      reader.cancel().catch(() => {});
      return undefined;
    }
    text += decoder.decode(value, { stream: true });
  }
}
