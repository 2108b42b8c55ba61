import { vi } from "vitest";

const encode = (text: string) => new TextEncoder().encode(text);

/** Creates a body that the test sends, ends or breaks. It ignores all signals. */
export function openBody() {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const cancel = vi.fn();
  const stream = new ReadableStream<Uint8Array>({
    start(streamController) {
      controller = streamController;
    },
    cancel,
  });
  return {
    stream,
    cancel,
    send: (text: string) => controller?.enqueue(encode(text)),
    end: () => controller?.close(),
    fail: (error: unknown) => controller?.error(error),
  };
}

/** Creates a body that breaks off after its first bytes. */
export const brokenBody = (error: Error): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start: controller => controller.enqueue(encode('{"data":')),
    pull: controller => controller.error(error),
  });
