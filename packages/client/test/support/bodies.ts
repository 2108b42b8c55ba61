import { expect, vi } from "vitest";
import { watchBody } from "../../src/transport/watch-body.ts";

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

/** Creates a response and watches its body. */
export function watched(body: BodyInit | null, init: ResponseInit = {}, signal?: AbortSignal) {
  const onEnd = vi.fn();
  const response = new Response(body, init);
  expect(watchBody(response, { onEnd, signal })).toBe(response);
  return { response, onEnd };
}
