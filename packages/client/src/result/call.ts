/** Holds what a request returned: the data, and the HTTP response for its status and headers. */
export interface CallResult<Data> {
  /** What the request alone would resolve to. */
  data: Data;
  /** The response. Its body has already been read. If a write takes several requests, this is the last response. */
  response: Response;
}

/** Represents a request in progress. It is a promise of the data, and rejects with a `QBenchError`. */
export interface Call<Data> extends Promise<Data> {
  /**
   * Returns the data together with the HTTP response, for its status and headers. Shares one request with `await`.
   *
   * @example
   * ```ts
   * const { data, response } = await client.orders.get(1).withResponse();
   * console.log(data.state, response.headers.get("Date"));
   * ```
   */
  withResponse(): Promise<CallResult<Data>>;
}

declare const errorBody: unique symbol;

/** Carries the type of the error bodies that an operation declares. No value has this property. */
export interface Declares<Body> {
  readonly [errorBody]?: Body;
}

/** Makes a call of a request that has been started. */
export function createCall<Data>(result: Promise<CallResult<Data>>): Call<Data> {
  const call = result.then(({ data }) => data);
  const withResponse = (): Promise<CallResult<Data>> => {
    // The caller now handles the returned promise instead, so an error must not be reported for both.
    call.catch(() => {});
    return result.then(each => each);
  };
  // Not enumerable, so that a printed call looks like any other promise.
  return Object.defineProperty(call, "withResponse", { value: withResponse }) as Call<Data>;
}
