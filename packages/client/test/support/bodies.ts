import { expect, vi } from "vitest";
import { watchBody } from "../../src/transport/watch-body.ts";

const encode = (text: string) => new TextEncoder().encode(text);

/** A body whose end is the test's: nothing of it looks at a signal. */
export function openBody() {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const cancel = vi.fn();
  const stream = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given;
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

export function watched(body: BodyInit | null, init: ResponseInit = {}, signal?: AbortSignal) {
  const ended = vi.fn();
  const response = new Response(body, init);
  expect(watchBody(response, { onEnd: ended, signal })).toBe(response);
  return { response, ended };
}
