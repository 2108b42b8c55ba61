import type { Client } from "openapi-fetch";
import { describe, expectTypeOf, it } from "vitest";
import { createQBenchClient, type Listing, type Page, unwrap } from "../src/index.js";

/** The paths of a small document, as openapi-typescript generates them. */
interface Paths {
  "/things": {
    get: {
      parameters: { query?: { page_num?: number; page_size?: number; colours?: string[] } };
      responses: {
        200: {
          content: {
            "application/json": {
              data: { id: number; colour?: string }[];
              page_number: number;
              total_count: number;
              total_pages: number;
            };
          };
        };
        400: { content: { "application/json": { error_type: string } } };
      };
    };
  };
  "/things/{thing_id}": {
    get: {
      parameters: { path: { thing_id: number } };
      responses: { 200: { content: { "application/json": { data: { id: number } } } } };
    };
    delete: { parameters: { path: { thing_id: number } }; responses: { 204: { content?: never } } };
  };
  "/things/{thing_id}/parts": {
    get: {
      parameters: { path: { thing_id: number }; query?: { page_num?: number } };
      responses: {
        200: {
          content: {
            "application/json": {
              data: { part: string }[];
              page_number: number;
              total_count: number;
              total_pages: number;
            };
          };
        };
      };
    };
  };
}

const client = createQBenchClient<Paths>({ baseUrl: "https://lab.example", clientId: "id", clientSecret: "secret" });

describe("the types of the client", () => {
  it("the client has the methods of openapi-fetch", () => {
    expectTypeOf(client).toExtend<Client<Paths>>();
    expectTypeOf(client.GET).toEqualTypeOf<Client<Paths>["GET"]>();
  });

  it("paginate yields the items of each list", () => {
    expectTypeOf(() => client.paginate("/things")).returns.toEqualTypeOf<Listing<{ id: number; colour?: string }>>();
    expectTypeOf(() => client.paginate("/things").pages()).returns.toEqualTypeOf<
      AsyncIterable<Page<{ id: number; colour?: string }>>
    >();
    expectTypeOf(() =>
      client.paginate("/things/{thing_id}/parts", { params: { path: { thing_id: 1 } } }),
    ).returns.toEqualTypeOf<Listing<{ part: string }>>();
  });

  it("paginate accepts lists only, with the parameters of their operation", () => {
    // @ts-expect-error a single record is not a list
    expectTypeOf(() => client.paginate("/things/{thing_id}", { params: { path: { thing_id: 1 } } })).toBeFunction();
    // @ts-expect-error the parameter of the path is missing
    expectTypeOf(() => client.paginate("/things/{thing_id}/parts")).toBeFunction();
    // @ts-expect-error the type of the filter is wrong
    expectTypeOf(() => client.paginate("/things", { params: { query: { colours: 7 } } })).toBeFunction();
  });

  it("unwrap returns the data of a success only", () => {
    expectTypeOf(() =>
      unwrap(client.GET("/things/{thing_id}", { params: { path: { thing_id: 1 } } })),
    ).returns.resolves.toEqualTypeOf<{ data: { id: number } }>();
    expectTypeOf(() =>
      unwrap(client.DELETE("/things/{thing_id}", { params: { path: { thing_id: 1 } } })),
    ).returns.resolves.toEqualTypeOf<undefined>();
  });
});
