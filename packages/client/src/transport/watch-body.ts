const READ_METHODS = ["arrayBuffer", "blob", "bytes", "formData", "json", "text"] as const;

/** The end of a body, however many copies of the response share it. */
interface BodyEnd {
  readonly signal: AbortSignal | undefined;
  /** One more who watches, with the same signal. */
  join(another: BodyObserver): void;
  /** One response more; what it gives back tells that nobody reads this one any further. */
  share(): () => void;
  /** A part of the reading, until it is done, the last or not, or has failed or is aborted. */
  read<T>(work: Promise<T>, isLast: (result: T) => boolean): Promise<T>;
}

function createBodyEnd(first: BodyObserver): BodyEnd {
  const { signal } = first;
  const watching = [first];
  let readers = 0;
  let isOver = false;
  const underWay = new Set<(reason: unknown) => void>();

  function end(): void {
    if (isOver) return;
    isOver = true;
    unreadBodies?.unregister(bodyEnd);
    signal?.removeEventListener("abort", abort);
    for (const { onEnd: ended } of watching) ended();
  }
  function abort(): void {
    for (const reject of underWay) reject(signal?.reason);
    end();
  }

  const bodyEnd: BodyEnd = {
    signal,
    join(another) {
      if (isOver) another.onEnd();
      else watching.push(another);
    },
    share() {
      readers++;
      let isRead = true;
      return () => {
        if (isRead && --readers === 0) end();
        isRead = false;
      };
    },
    read: (work, isLast) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) reject(signal.reason);
        underWay.add(reject);
        work.then(
          result => {
            underWay.delete(reject);
            if (isLast(result)) end();
            resolve(result);
          },
          error => {
            end();
            reject(watching.reduce((told, { toError }) => (toError ? toError(told) : told), error));
          },
        );
      }),
  };
  if (signal?.aborted) end();
  else signal?.addEventListener("abort", abort, { once: true });
  return bodyEnd;
}

// An answer that nobody reads must not keep its place for ever. Some edge workers have no such registry.
const unreadBodies =
  typeof FinalizationRegistry === "undefined"
    ? undefined
    : new FinalizationRegistry<() => void>(stopReading => stopReading());

interface BodyObserver {
  /** Is called once. */
  onEnd: () => void;
  signal?: AbortSignal | undefined;
  /** What a reader is told of a failure; default as it is. */
  toError?: (error: unknown) => unknown;
}

/**
 * Tells when the body of a response has ended: it was read to its end, cancelled or has failed, `signal` is aborted, or there
 * is none. The response stays the same object, and `json()` and the like read it as before, without a copy; they reject at
 * once with the signal's own reason, also where fetch doesn't look at it.
 */
export function watchBody(response: Response, watching: BodyObserver): Response {
  // To watch is the dearest part of a call: once will do.
  const known = (response as WatchedResponse)[BODY_END];
  if (known && known.signal === watching.signal) known.join(watching);
  // openapi-fetch reads nothing where the length is 0.
  else if (response.body === null || response.headers.get("Content-Length") === "0") watching.onEnd();
  else watch(response, createBodyEnd(watching));
  return response;
}

const BODY_END = Symbol();

interface WatchedResponse extends Response {
  [BODY_END]?: BodyEnd;
}

function watch(response: WatchedResponse, end: BodyEnd): void {
  const stopReading = end.share();
  unreadBodies?.register(response, stopReading, end);
  // Asked each time: a clone leaves another stream in place. It may have been watched before, as an own property.
  const getter = Object.getOwnPropertyDescriptor(response, "body")?.get;
  const body = (): ReadableStream<Uint8Array<ArrayBuffer>> =>
    getter ? getter.call(response) : Reflect.get(Object.getPrototypeOf(response), "body", response);
  const override = (name: PropertyKey, property: PropertyDescriptor) =>
    Object.defineProperty(response, name, { configurable: true, ...property });
  override(BODY_END, { value: end });

  for (const name of READ_METHODS) {
    // Older runtimes have no `bytes`.
    if (!(name in response)) continue;
    const read: () => Promise<unknown> = response[name];
    // Where the body is already read, or being read, this fails and that goes on.
    const value = () => (response.bodyUsed ? read.call(response) : end.read(read.call(response), () => true));
    override(name, { value });
  }

  const clone = response.clone;
  override("clone", {
    value() {
      const copy = clone.call(response);
      watch(copy, end);
      return copy;
    },
  });

  let stream: ReadableStream<Uint8Array<ArrayBuffer>> | undefined;
  let reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>> | undefined;
  override("body", {
    // It takes hold of the body with the first read, so that whoever only looks if there is one can still call `json()`.
    get: () =>
      (stream ??= new ReadableStream({
        type: "bytes",
        async pull(controller) {
          reader ??= body().getReader();
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
          return reader ? reader.cancel(reason) : body().cancel(reason);
        },
      })),
  });
}
