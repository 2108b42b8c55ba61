/** Tests the client with openapi-react-query, whose hooks are typed by the same document. */
import type { Order, OrderPage, OrderResponse, OrderUpdate, paths } from "@qbench-sdk/types";
import {
  CancelledError,
  MutationObserver,
  QueryClient,
  QueryClientProvider,
  QueryObserver,
  useQuery,
} from "@tanstack/react-query";
import type { FetchResponse } from "openapi-fetch";
import createReactQuery from "openapi-react-query";
import { createElement, Suspense } from "react";
import { renderToString } from "react-dom/server";
import { prerender } from "react-dom/static";
import { afterEach, describe, expect, expectTypeOf, it, vi } from "vitest";
import {
  createQBenchClient,
  type FetchLike,
  QBenchApiError,
  QBenchConnectionError,
  withDates,
} from "../../src/index.js";
import { errorOf } from "../support/error-of.js";
import { createTestClient } from "../support/laboratory.js";
import { createBareClient, useFakeTimers } from "../support/transport.js";

const ORDER = "/qbench/api/v2/orders/{order_id}";
type OrderError = NonNullable<FetchResponse<paths[typeof ORDER]["get"], object, `${string}/${string}`>["error"]>;
const order = (order_id: number) => ({ params: { path: { order_id } } });

/** The client retries by itself, so retries of react-query are off. */
const createQueries = () => new QueryClient({ defaultOptions: { queries: { retry: false } } });

afterEach(() => {
  vi.useRealTimers();
});

describe("the client with openapi-react-query", () => {
  it("a query reads through the client and caches the result", async () => {
    const { client, sent } = createTestClient();
    const $api = createReactQuery(client);
    const queries = createQueries();
    const query = $api.queryOptions("get", ORDER, order(3));
    const result = await queries.fetchQuery({ ...query, staleTime: Infinity });
    expectTypeOf(result).toEqualTypeOf<OrderResponse>();
    expect(result.data.id).toBe(3);
    expect(await queries.fetchQuery({ ...query, staleTime: Infinity })).toBe(result);
    expect(sent()).toEqual(["/orders/3"]);
  });

  it("hooks have the types of the document for data and errors", () => {
    const $api = createReactQuery(
      createQBenchClient({ baseUrl: "https://lab.example", clientId: "i", clientSecret: "s" }),
    );
    const _Component = () => {
      const one = $api.useQuery("get", ORDER, order(3));
      expectTypeOf(one.data).toEqualTypeOf<OrderResponse | undefined>();
      expectTypeOf(one.error).toEqualTypeOf<OrderError | null>();
      const list = $api.useQuery("get", "/qbench/api/v2/orders", { params: { query: { page_num: 2 } } });
      expectTypeOf(list.data).toEqualTypeOf<OrderPage | undefined>();
      const { mutate } = $api.useMutation("patch", "/qbench/api/v2/orders");
      mutate({ body: [{ id: 3, invoicing_notes: "by post" }] });
      // @ts-expect-error: the path does not exist
      $api.useQuery("get", "/qbench/api/v2/ordres");
      // @ts-expect-error: the order's id is missing
      $api.useQuery("get", ORDER);
      // @ts-expect-error: the field does not exist
      mutate({ body: [{ id: 3, invoicing_note: "by post" }] });
    };
  });

  it("a component renders the data that it requests", async () => {
    const { client } = createTestClient();
    const $api = createReactQuery(client);
    const Order = ({ id }: { id: number }) => {
      const { data } = $api.useSuspenseQuery("get", ORDER, order(id));
      return createElement("p", null, `Order ${data.data.id}`);
    };
    const page = createElement(
      QueryClientProvider,
      { client: createQueries() },
      createElement(Suspense, { fallback: "…" }, createElement(Order, { id: 5 })),
    );
    expect(await new Response((await prerender(page)).prelude).text()).toContain("<p>Order 5</p>");
  });

  it("a component renders prefetched data without another request", async () => {
    const { client, sent } = createTestClient();
    const $api = createReactQuery(client);
    const queries = createQueries();
    await queries.prefetchQuery(
      $api.queryOptions("get", "/qbench/api/v2/orders", { params: { query: { page_size: 2 } } }),
    );
    const Orders = () => {
      const { data } = $api.useQuery("get", "/qbench/api/v2/orders", { params: { query: { page_size: 2 } } });
      return createElement("p", null, `${data?.data.length} of ${data?.total_count}`);
    };
    const page = createElement(QueryClientProvider, { client: queries }, createElement(Orders));
    expect(renderToString(page)).toBe("<p>2 of 48</p>");
    expect(sent()).toHaveLength(1);
  });

  it("a query rejects with the error body of QBench, as the document declares it", async () => {
    const { client } = createTestClient();
    const error = await errorOf(
      createQueries().fetchQuery(createReactQuery(client).queryOptions("get", ORDER, order(999))),
    );
    expect(error).toMatchObject({ error_type: "NotFoundError" });
  });

  it("a query rejects with the client's error if the response is missing", async () => {
    const { client } = createTestClient({ faults: [{ on: "api", cut: "before" }] });
    const error = await errorOf(
      createQueries().fetchQuery(createReactQuery(client).queryOptions("get", ORDER, order(3))),
    );
    expect(error).toBeInstanceOf(QBenchConnectionError);
  });

  it.each([
    ["four times if the retries of react-query are off", false, 4],
    ["four times for each of the four attempts that a hook makes by default", 3, 16],
  ])("a query sends a failing request %s", async (_, retry, requests) => {
    useFakeTimers();
    const fetch = vi.fn<FetchLike>(async () => new Response("Unavailable", { status: 503 }));
    const query = createReactQuery(createBareClient(fetch)).queryOptions("get", ORDER, order(3));
    const observer = new QueryObserver(new QueryClient(), { ...query, retry });
    const leave = observer.subscribe(() => {});
    await vi.advanceTimersByTimeAsync(300_000);
    leave();
    expect(observer.getCurrentResult().status).toBe("error");
    expect(fetch).toHaveBeenCalledTimes(requests);
  });

  it("a query of a client with dates returns Dates, whose members a hook can use after withDates", async () => {
    const { options } = createTestClient();
    const dated = createQBenchClient({ ...options, dates: "Date" });
    const $api = createReactQuery(dated);
    const query = $api.queryOptions("get", ORDER, order(3));
    const result = await createQueries().fetchQuery(query);
    expect(result.data.date_created).toBeInstanceOf(Date);
    expectTypeOf(result.data.date_created).not.toExtend<string | null | undefined>();
    const _Component = () => {
      const { data } = $api.useQuery("get", ORDER, order(3), { select: page => withDates(page) });
      expectTypeOf(data?.data.date_created).toEqualTypeOf<Date | null | undefined>();
      const list = $api.useSuspenseQuery("get", "/qbench/api/v2/orders", {}, { select: page => withDates(page) });
      expectTypeOf(list.data.data[0]?.date_created).toEqualTypeOf<Date | null | undefined>();
      const { mutate } = $api.useMutation("patch", "/qbench/api/v2/orders");
      // @ts-expect-error: a body takes a text
      mutate({ body: [{ id: 3, date_required: new Date() }] });
    };
  });

  it("a hook returns Dates if it selects them by withDates, and the cache keeps the JSON", async () => {
    const { client } = createTestClient();
    const $api = createReactQuery(client);
    const queries = createQueries();
    const Order = () => {
      const { data } = $api.useSuspenseQuery("get", ORDER, order(3), { select: page => withDates(page) });
      expectTypeOf(data.data.date_created).toEqualTypeOf<Date | null | undefined>();
      return createElement("p", null, data.data.date_created?.getUTCFullYear());
    };
    const page = createElement(
      QueryClientProvider,
      { client: queries },
      createElement(Suspense, { fallback: "…" }, createElement(Order)),
    );
    expect(await new Response((await prerender(page)).prelude).text()).toMatch(/<p>20\d\d<\/p>/);
    expect(queries.getQueryData(["get", ORDER, order(3)])).toMatchObject({
      data: { date_created: expect.any(String) },
    });
  });

  it("cancelling a query aborts its request", async () => {
    const fetch = vi.fn<FetchLike>(() => new Promise(() => {}));
    const queries = createQueries();
    const query = createReactQuery(createBareClient(fetch)).queryOptions("get", ORDER, order(3));
    const read = errorOf(queries.fetchQuery(query));
    await vi.waitFor(() => expect(fetch).toHaveBeenCalled());
    const signal = fetch.mock.calls[0]?.[1]?.signal;
    expect(signal?.aborted).toBe(false);
    await queries.cancelQueries({ queryKey: query.queryKey });
    expect(signal?.aborted).toBe(true);
    expect(await read).toBeInstanceOf(CancelledError);
  });
});

describe("the client with react-query alone", () => {
  it("a query that calls a resource rejects with QBenchApiErrors", async () => {
    const { client } = createTestClient();
    const query = (id: number) => ({
      queryKey: ["orders", id],
      queryFn: ({ signal }: { signal: AbortSignal }) => client.orders.get(id, undefined, { signal }),
    });
    const queries = createQueries();
    expect((await queries.fetchQuery(query(3))).id).toBe(3);
    expect(await errorOf(queries.fetchQuery(query(999)))).toBeInstanceOf(QBenchApiError);
    const _Component = () => expectTypeOf(useQuery(query(3)).data).toEqualTypeOf<Order | undefined>();
  });

  // openapi-react-query takes an error without a body for a success:
  // https://github.com/openapi-ts/openapi-typescript/issues/2070
  it("a mutation rejects if an error response has no body, such as one of a gateway", async () => {
    const client = createBareClient(async () => new Response(null, { status: 502 }));
    const mutationFn = (body: OrderUpdate[]) => client.orders.update(body);
    const mutation = new MutationObserver(createQueries(), { mutationFn });
    expect(await errorOf(mutation.mutate([{ id: 3 }]))).toBeInstanceOf(QBenchApiError);
  });
});
