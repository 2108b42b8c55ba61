/** Tests the client with handlers of MSW, which openapi-msw types by the same document. */
import type { Order, OrderCreate, paths } from "@qbench-sdk/types";
import { setupServer } from "msw/node";
import { createOpenApiHttp } from "openapi-msw";
import { afterAll, afterEach, beforeAll, describe, expect, expectTypeOf, it, vi } from "vitest";
import { createQBenchClient, QBenchApiError, QBenchConnectionError } from "../../src/index.js";

const ORDERS = "/qbench/api/v2/orders";
const baseUrl = "https://msw.example";
const http = createOpenApiHttp<paths>({ baseUrl });

const exchange = http.post("/qbench/api/v2/auth/token", ({ response }) =>
  response(200).json({ access_token: "from-msw", token_type: "Bearer", expires_in: 3600 }),
);
// Every client requests a token before its first request.
const server = setupServer(exchange);

beforeAll(() => server.listen({ onUnhandledFrame: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const createClient = () =>
  createQBenchClient({
    baseUrl,
    clientId: "id",
    clientSecret: "a-secret-that-is-long-enough-to-sign-01",
    retry: false,
    limits: false,
  });

const orders = (from: number, count: number): Order[] =>
  Array.from({ length: count }, (_, index) => ({ id: from + index }));

describe("the client with MSW", () => {
  it("the client sends its requests to MSW, with a token from MSW", async () => {
    const seen: (string | null)[] = [];
    server.use(
      http.get("/qbench/api/v2/orders/{order_id}", ({ params, request, response }) => {
        expectTypeOf(params).toEqualTypeOf<{ order_id: string }>();
        seen.push(request.headers.get("Authorization"));
        return response(200).json({ data: { id: Number(params.order_id), state: "IN PROGRESS" } });
      }),
    );
    const client = createClient();
    expect(await client.orders.get(7)).toEqual({ id: 7, state: "IN PROGRESS" });
    expect(await client.GET("/qbench/api/v2/orders/{order_id}", { params: { path: { order_id: 8 } } })).toMatchObject({
      data: { data: { id: 8 } },
    });
    expect(seen).toEqual(["Bearer from-msw", "Bearer from-msw"]);
  });

  it("the client reads the pages of a list from MSW", async () => {
    server.use(
      http.get(ORDERS, ({ query, response }) => {
        const page = Number(query.get("page_num") ?? 1);
        return response(200).json({
          data: page === 1 ? orders(1, 50) : orders(51, 3),
          page_number: page,
          total_count: 53,
          total_pages: 2,
        });
      }),
    );
    const all = await createClient().orders.list().toArray();
    expect(all.map(({ id }) => id)).toEqual(orders(1, 53).map(({ id }) => id));
  });

  it("the client sends the bodies of writes to typed handlers of MSW", async () => {
    server.use(
      http.post(ORDERS, async ({ request, response }) => {
        const body = await request.json();
        expectTypeOf(body).toEqualTypeOf<OrderCreate[]>();
        return response(201).json({
          data: body.map(({ customer_account_id, invoicing_notes = null }, index) => ({
            id: index + 1,
            customer_account_id,
            invoicing_notes,
          })),
        });
      }),
    );
    const created = await createClient().orders.create([{ customer_account_id: 4, invoicing_notes: "by post" }]);
    expect(created).toEqual([{ id: 1, customer_account_id: 4, invoicing_notes: "by post" }]);
  });

  it("the client throws a QBenchApiError for an error response of MSW", async () => {
    server.use(
      http.get("/qbench/api/v2/orders/{order_id}", ({ response }) =>
        response(404).json({
          error_type: "NotFoundError",
          error_description: "The order does not exist",
          error_token: "1f3a",
        }),
      ),
    );
    const error = await createClient()
      .orders.get(7)
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(QBenchApiError);
    expect(error).toMatchObject({ status: 404, type: "NotFoundError", errorToken: "1f3a" });
  });

  it("the client throws the error of MSW for a request without a handler, because no connection failed", async () => {
    const printed = vi.spyOn(console, "error").mockImplementation(() => {});
    const error = await createClient()
      .orders.get(7)
      .catch(error => error);
    expect(error).not.toBeInstanceOf(QBenchConnectionError);
    expect(error.cause.message).toContain("[MSW]");
    expect(printed.mock.lastCall?.[0]).toContain(`GET ${baseUrl}/qbench/api/v2/orders/7`);
    printed.mockRestore();
  });

  it("the compiler rejects handlers of MSW that do not fit the document", () => {
    // @ts-expect-error: the path does not exist
    http.get("/qbench/api/v2/ordres", () => undefined);
    // @ts-expect-error: an id is a number
    http.get("/qbench/api/v2/orders/{order_id}", ({ response }) => response(200).json({ data: { id: "7" } }));
    // @ts-expect-error: the document declares no 418
    http.get(ORDERS, ({ response }) => response(418).empty());
  });
});
