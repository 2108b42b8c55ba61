const READ_METHODS = ["arrayBuffer", "blob", "bytes", "formData", "json", "text"] as const;

/** Tracks the end of a body, which a response shares with its clones. */
interface BodyEnd {
  readonly signal: AbortSignal | undefined;
  /** Adds an observer with the same signal. */
  join(observer: BodyObserver): void;
  /** Adds a response that shares the body. Returns a function that says that this response is not read any further. */
  share(): () => void;
  /** Runs one step of reading. Ends the body if the step is the last one or fails. Rejects immediately on an abort. */
  read<T>(work: Promise<T>, isLast: (result: T) => boolean): Promise<T>;
}

function createBodyEnd(first: BodyObserver): BodyEnd {
  const { signal } = first;
  const observers = [first];
  let readers = 0;
  let hasEnded = false;
  /** The `reject` functions of the reads that are in progress. */
  const pendingReads = new Set<(reason: unknown) => void>();

  function end(): void {
    if (hasEnded) return;
    hasEnded = true;
    unreadBodies?.unregister(bodyEnd);
    signal?.removeEventListener("abort", abort);
    for (const { onEnd } of observers) onEnd();
  }
  function abort(): void {
    for (const reject of pendingReads) reject(signal?.reason);
    end();
  }

  const bodyEnd: BodyEnd = {
    signal,
    join(observer) {
      if (hasEnded) observer.onEnd();
      else observers.push(observer);
    },
    share() {
      readers++;
      let isReading = true;
      return () => {
        if (isReading && --readers === 0) end();
        isReading = false;
      };
    },
    read: (work, isLast) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) reject(signal.reason);
        pendingReads.add(reject);
        work.then(
          result => {
            pendingReads.delete(reject);
            if (isLast(result)) end();
            resolve(result);
          },
          error => {
            end();
            reject(observers.reduce((reason, { toError }) => (toError ? toError(reason) : reason), error));
          },
        );
      }),
  };
  if (signal?.aborted) end();
  else signal?.addEventListener("abort", abort, { once: true });
  return bodyEnd;
}

// Ends the body of a response that is garbage-collected unread, so that its slot is released. Some edge workers have no
// such registry.
const unreadBodies =
  typeof FinalizationRegistry === "undefined"
    ? undefined
    : new FinalizationRegistry<() => void>(stopReading => stopReading());

interface BodyObserver {
  /** Called once, when the body has ended. */
  onEnd: () => void;
  signal?: AbortSignal | undefined;
  /** Converts the error of a failed read for the caller. By default the error is passed on. */
  toError?: (error: unknown) => unknown;
}

/**
 * Calls `onEnd` when the body of a response has ended: it was read to its end, was cancelled or has failed, `signal`
 * was aborted, or the response has no body. Returns the same response object. Its `json()` and other methods work as
 * before and make no copy. On an abort they reject immediately with the signal's reason, even if fetch ignores the
 * signal.
 */
export function watchBody(response: Response, observer: BodyObserver): Response {
  // Wrapping a body is the most expensive part of a request, so observers with the same signal share one wrapper.
  const existing = (response as WatchedResponse)[BODY_END];
  if (existing && existing.signal === observer.signal) existing.join(observer);
  // openapi-fetch does not read a body whose length is 0.
  else if (response.body === null || response.headers.get("Content-Length") === "0") observer.onEnd();
  else wrapBody(response, createBodyEnd(observer));
  return response;
}

const BODY_END = Symbol();

interface WatchedResponse extends Response {
  [BODY_END]?: BodyEnd;
}

function wrapBody(response: WatchedResponse, end: BodyEnd): void {
  const stopReading = end.share();
  unreadBodies?.register(response, stopReading, end);
  // Read on each use, because clone() replaces the stream. If the response is watched already, `body` is its own
  // property.
  const getter = Object.getOwnPropertyDescriptor(response, "body")?.get;
  const originalBody = (): ReadableStream<Uint8Array<ArrayBuffer>> =>
    getter ? getter.call(response) : Reflect.get(Object.getPrototypeOf(response), "body", response);
  const override = (name: PropertyKey, property: PropertyDescriptor) =>
    Object.defineProperty(response, name, { configurable: true, ...property });
  override(BODY_END, { value: end });

  for (const name of READ_METHODS) {
    // Older runtimes have no `bytes`.
    if (!(name in response)) continue;
    const read: () => Promise<unknown> = response[name];
    // A second read of the same body fails, and must not end the first one.
    const value = () => (response.bodyUsed ? read.call(response) : end.read(read.call(response), () => true));
    override(name, { value });
  }

  const clone = response.clone;
  override("clone", {
    value() {
      const copy = clone.call(response);
      wrapBody(copy, end);
      return copy;
    },
  });

  let stream: ReadableStream<Uint8Array<ArrayBuffer>> | undefined;
  let reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | undefined;
  override("body", {
    // The stream locks the original body with its first read only. A caller that just checks `body` can still call
    // `json()`.
    get: () =>
      (stream ??= new ReadableStream({
        type: "bytes",
        async pull(controller) {
          reader ??= originalBody().getReader();
          let chunk: ReadableStreamReadResult<Uint8Array<ArrayBuffer>>;
          do chunk = await end.read(reader.read(), ({ done }) => done);
          while (chunk.value?.byteLength === 0);
          if (chunk.value) controller.enqueue(chunk.value);
          else {
            controller.close();
            controller.byobRequest?.respond(0);
          }
        },
        cancel(reason) {
          stopReading();
          return reader ? reader.cancel(reason) : originalBody().cancel(reason);
        },
      })),
  });
}
