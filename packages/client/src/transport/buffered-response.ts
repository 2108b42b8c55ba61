import { discardBody } from "@qbench-sdk/auth/internal";

/**
 * Reads the whole body of a response. Returns a response with the same properties whose body is in memory, so that
 * reading it neither waits nor fails. Ends when the signal aborts, also if the body ignores the signal.
 */
export async function bufferResponse(response: Response, signal: AbortSignal): Promise<Response> {
  if (response.body === null) return response;
  const reader = response.body.getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new BufferedResponse(response, concat(chunks));
    chunks.push(value);
    if (signal.aborted) {
      reader.cancel().catch(() => {});
      throw signal.reason;
    }
  }
}

/** Returns a response with the same properties and an empty body. Discards the body of the original. */
export function withEmptyBody(response: Response): Response {
  discardBody(response);
  return new BufferedResponse(response, new Uint8Array());
}

function concat(chunks: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const [first = new Uint8Array()] = chunks;
  if (chunks.length < 2) return first;
  const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

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

  constructor(response: Response, bytes: Uint8Array<ArrayBuffer>) {
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

  override get bodyUsed(): boolean {
    return this.#delegate ? this.#delegate.bodyUsed : this.#bytes === undefined;
  }
  override get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    // After text() or json(), the body of a real response is a stream that has ended.
    return this.bodyUsed ? new Response("").body : this.#toResponse().body;
  }

  override async text(): Promise<string> {
    return this.#delegate ? this.#delegate.text() : this.#readText();
  }
  override async json(): Promise<unknown> {
    return this.#delegate ? this.#delegate.json() : JSON.parse(this.#readText());
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
    return new BufferedResponse(this.#response, this.#unreadBytes());
  }

  #readText(): string {
    const bytes = this.#unreadBytes();
    this.#bytes = undefined;
    return UTF_8.decode(bytes);
  }
  #unreadBytes(): Uint8Array<ArrayBuffer> {
    if (!this.#bytes || this.#delegate?.bodyUsed || this.#delegate?.body?.locked) {
      throw new TypeError("The body of this response was read already.");
    }
    return this.#bytes;
  }
  #toResponse(): Response {
    this.#delegate ??= new Response(this.#unreadBytes(), { headers: this.headers });
    return this.#delegate;
  }
}
