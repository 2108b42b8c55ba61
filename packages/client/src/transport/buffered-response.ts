import { QBenchResponseError } from "../errors/response-error.js";

export type BodyReader = ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>;

/** No text can be longer in Node. A body without an end would fill the memory. */
const MAX_BODY_BYTES = 2 ** 29;

/**
 * Reads a body to its end, or until it has at least `maxBytes`. Then it cancels the rest.
 *
 * @throws QBenchResponseError if the body has more than 512 MiB, or chunks that are not bytes
 */
export async function readBody(
  reader: BodyReader,
  maxBytes: number = Number.POSITIVE_INFINITY,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  while (length < maxBytes) {
    const { done, value } = await reader.read();
    if (done) return concat(chunks, length);
    if (!ArrayBuffer.isView(value)) {
      throw new QBenchResponseError("The option fetch returned a body whose chunks are not bytes.");
    }
    chunks.push(value);
    length += value.byteLength;
    if (length > MAX_BODY_BYTES)
      throw new QBenchResponseError("The response has more than 512 MiB. Request fewer records.");
  }
  reader.cancel().catch(() => {});
  return concat(chunks, length);
}

function concat(chunks: readonly Uint8Array<ArrayBuffer>[], length: number): Uint8Array<ArrayBuffer> {
  const [first] = chunks;
  if (first && chunks.length === 1) return first;
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

/**
 * Returns a response with the properties of another one and a body that is in memory, so that reading it neither waits
 * nor fails.
 */
export const withBody = (response: Response, bytes: Uint8Array<ArrayBuffer>): Response =>
  new BufferedResponse(response, bytes);

const brokenOff = new WeakSet<Response>();

/** Returns a response with an empty body, because the connection broke before the end of the real one. */
export function withBrokenBody(response: Response): Response {
  const empty = withBody(response, new Uint8Array());
  brokenOff.add(empty);
  return empty;
}

/** Returns true for the responses of {@link withBrokenBody}. What the server said is unknown, except for the status. */
export const isBrokenOff = (response: Response): boolean => brokenOff.has(response);

/** Shared, because creating a decoder takes longer than decoding a page. */
const UTF_8: TextDecoder = /* @__PURE__ */ new TextDecoder();

/** Creates a base class with the prototype of `Response`, whose constructor would take longer than the transport. */
function responseBase(): { new (): Response } {
  class Base {}
  Object.setPrototypeOf(Base.prototype, Response.prototype);
  return Base as typeof Response;
}

/**
 * Serves a body that is in memory. `text()` and `json()` read it directly. The first use of another reader creates a
 * real `Response` of the body, and that serves everything from then on.
 */
class BufferedResponse extends /* @__PURE__ */ responseBase() {
  readonly #response: Response;
  /** The body, until `text()` or `json()` has read it. */
  #bytes: Uint8Array<ArrayBuffer> | undefined;
  #delegate: Response | undefined;

  constructor(response: Response, bytes: Uint8Array<ArrayBuffer> | undefined) {
    super();
    this.#response = response;
    this.#bytes = bytes;
  }

  override get headers(): Headers {
    return this.#response.headers;
  }
  override get ok(): boolean {
    return this.#response.ok;
  }
  override get redirected(): boolean {
    return this.#response.redirected;
  }
  override get status(): number {
    return this.#response.status;
  }
  override get statusText(): string {
    return this.#response.statusText;
  }
  override get type(): ResponseType {
    return this.#response.type;
  }
  override get url(): string {
    return this.#response.url;
  }
  // Only in workerd, which could otherwise neither print the response nor create another one with its properties.
  get cf(): unknown {
    return Reflect.get(this.#response, "cf");
  }
  get webSocket(): unknown {
    return Reflect.get(this.#response, "webSocket");
  }

  override get bodyUsed(): boolean {
    return this.#delegate ? this.#delegate.bodyUsed : this.#bytes === undefined;
  }
  override get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    return this.#toResponse().body;
  }

  override async text(): Promise<string> {
    if (this.#delegate || !this.#bytes) return this.#toResponse().text();
    const text = UTF_8.decode(this.#bytes);
    this.#bytes = undefined;
    return text;
  }
  override async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }
  override async arrayBuffer(): Promise<ArrayBuffer> {
    return this.#toResponse().arrayBuffer();
  }
  override async blob(): Promise<Blob> {
    return this.#toResponse().blob();
  }
  override async bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array(await this.arrayBuffer());
  }
  override async formData(): Promise<FormData> {
    return this.#toResponse().formData();
  }
  override clone(): Response {
    // A real response throws the error.
    if (this.bodyUsed || this.#delegate?.body?.locked) return this.#toResponse().clone();
    return new BufferedResponse(this.#response, this.#bytes);
  }

  #toResponse(): Response {
    if (this.#delegate) return this.#delegate;
    this.#delegate = new Response(this.#bytes ?? "", { headers: this.headers });
    // The body was read already.
    if (!this.#bytes) this.#delegate.text();
    return this.#delegate;
  }
}
