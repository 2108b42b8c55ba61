import type { ResourceMethod } from "@qbench-sdk/client";
import { resources } from "@qbench-sdk/types";
import { describe, expect, it } from "vitest";
import { openEditor } from "./support/editor.ts";

const editor = openEditor(`
import { createQBenchClient, isApiError, QBenchApiError, QBenchWriteError } from "@qbench-sdk/client";

const /*client*/client = createQBenchClient();
client./*orders*/orders./*list*/list(/*listCall*/);
client.orders./*get*/get(/*getCall*/1);
client.orders./*create*/create(/*createCall*/[{ customer_account_id: 1 }]);
client.orders.delete(/*deleteCall*/1);
client.customers.linkContacts(/*linkCall*/1, [{ contact_id: 1 }]);
client.orders.samples(/*samplesCall*/1);
const /*reference*/reference = client.orders./*listReference*/list;
client./*members*/;
client.orders./*methods*/;
client.orders.list({ /*filters*/ });
client.orders.create([{ customer_account_id: 1, /*bodyFields*/ }]);
client.orders.list()./*listMembers*/;
client.orders.get(1)./*callMembers*/;
client.orders.list().toArray({ /*toArrayOptions*/ });
const /*record*/order = await client.orders.get(1);
order./*state*/state;
order./*customer*/customer_account;
order./*fields*/;
const /*page*/page = await client.orders.list();
const { data, /*response*/response } = await client.orders.get(1)./*withResponse*/withResponse();

const /*datedClient*/dated = createQBenchClient({ dates: "Date" });
dated.orders./*datedGet*/get(1);
const /*datedRecord*/datedOrder = await dated.orders.get(1);
datedOrder./*datedField*/date_created;

interface Paths {
  "/things": {
    post: {
      requestBody: { content: { "application/json": { name: string }[] } };
      responses: {
        201: { content: { "application/json": { data: { id: number }[] } } };
        400: {
          content: {
            "application/json": {
              error_type: "ValidationError";
              errors: {
                /** The position of the thing in the request. */
                index: number;
                /** Why the thing is wrong. */
                reason: string;
              }[];
            };
          };
        };
      };
    };
  };
}
const table = { things: { create: { method: "POST", path: "/things", returns: "records" } } } as const;
const other = createQBenchClient<Paths, typeof table>({ resources: table });
other.things./*otherCreate*/create([]);

export function handle(/*unknownError*/error: unknown): void {
  if (error instanceof QBenchApiError) {
    /*apiError*/error./*errors*/errors;
    error./*errorMembers*/;
  }
  if (error instanceof QBenchWriteError) for (const outcome of error.outcomes) outcome./*outcomeMembers*/;
  if (isApiError(error, other.things.create)) {
    error./*typedErrors*/errors[0]?./*itemMembers*/;
    error./*typedType*/type;
  }
}
`);

/** Returns the completions of these names only, as `name: type // description`. */
const linesOf = (mark: string, ...names: string[]): string[] =>
  editor
    .completions(mark)
    .filter(({ name }) => names.includes(name))
    .map(({ type, description }) => `${type} // ${description}`);

describe("the texts of an editor for a client", () => {
  it("the hover of a client is one name", () => {
    expect(editor.hover("client").type).toBe("const client: QBenchClient");
  });

  it("the hover of a resource names the resource and its methods", () => {
    expect(editor.hover("orders")).toEqual({
      type: '(property) orders: Resource<paths, Resources, "orders">',
      description:
        "Methods: attachments, comments, create, delete, get, invoices, list, reports, samples, tests, update.",
    });
  });

  it("the hover of a method shows its parameters, its result and the description of the operation", () => {
    const list = {
      type: "(property) list: (query?: OrderFilter | undefined, options?: ListOptions | undefined) => ListCall<Order>",
      description: "List orders.",
    };
    expect(editor.hover("list")).toEqual(list);
    expect(editor.hover("listReference")).toEqual(list);
    expect(editor.hover("get")).toEqual({
      type: "(property) get: (id: number, query?: undefined, options?: CallOptions | undefined) => Call<Order>",
      description: "Get one of the orders.",
    });
    // The type of the body in this call, then the declared one.
    expect(editor.hover("create").type).toBe(`(property) create: <{
    customer_account_id: number;
}[]>(body: readonly OrderCreate[], options?: WriteOptions | undefined) => Call<Order[]>`);
    expect(editor.hover("create").description).toBe("Create orders.");
  });

  it("the help for a call shows the parameters and the description of the operation", () => {
    expect(
      ["listCall", "getCall", "createCall", "deleteCall", "linkCall", "samplesCall"].map(editor.signatures),
    ).toEqual(
      [
        ["list(query?: OrderFilter | undefined, options?: ListOptions | undefined): ListCall<Order>", "List orders."],
        [
          "get(id: number, query?: undefined, options?: CallOptions | undefined): Call<Order>",
          "Get one of the orders.",
        ],
        ["create(body: readonly OrderCreate[], options?: WriteOptions | undefined): Call<Order[]>", "Create orders."],
        ["delete(id: number, options?: CallOptions | undefined): Call<undefined>", "Delete one of the orders."],
        [
          "linkContacts(id: number, body: readonly ContactCustomerCreate[], options?: CallOptions | undefined): Call<undefined>",
          "Link contacts to a customer.",
        ],
        [
          "samples(id: number, query?: SampleFilter | undefined, options?: ListOptions | undefined): ListCall<Sample>",
          "List the samples of one of the orders.",
        ],
      ].map(([signature, description]) => [{ signature, description }]),
    );
  });

  it("the completion of a client describes each resource, each HTTP method and paginate", () => {
    const members = editor.completions("members");
    expect(members.map(({ name }) => name)).toEqual(
      expect.arrayContaining([...Object.keys(resources), "GET", "paginate"]),
    );
    expect(members.map(({ name }) => name)).not.toContain("~signatures");
    expect(linesOf("members", "orders", "labels", "paginate")).toEqual([
      '(property) labels: Resource<paths, Resources, "labels"> // Methods: print.',
      expect.stringMatching(/^\(property\) orders: Resource<paths, Resources, "orders"> \/\/ Methods: attachments, /),
      expect.stringMatching(/^\(property\) paginate: Paginate<paths> \/\/ Reads a whole list by its path\./),
    ]);
    // openapi-fetch describes all of its members except `request`.
    for (const { name, type, description } of members) {
      if (name !== "request") expect(description, name).not.toBe("");
      expect(type.length, name).toBeLessThan(120);
    }
  });

  it("the completion of a resource shows the signature and the description of each method", () => {
    expect(linesOf("methods", "create", "delete", "list")).toEqual([
      "(property) create: <const Sent>(body: readonly OrderCreate[] & OnlyDeclared<Sent, OrderCreate[]>, options?: WriteOptions | undefined) => Call<Order[]> // Create orders.",
      "(property) delete: (id: number, options?: CallOptions | undefined) => Call<undefined> // Delete one of the orders.",
      "(property) list: (query?: OrderFilter | undefined, options?: ListOptions | undefined) => ListCall<Order> // List orders.",
    ]);
  });

  it("every method of every resource has one line of text and a description", () => {
    const all = Object.entries<Record<string, ResourceMethod>>(resources).flatMap(([resource, methods]) =>
      Object.keys(methods).map(method => [resource, method] as const),
    );
    const calls = all.map(([resource, method]) => `client.${resource}./*${resource}.${method}*/${method};`);
    const { hover, errors } = openEditor(
      `import { createQBenchClient } from "@qbench-sdk/client";\nconst client = createQBenchClient();\n${calls.join("\n")}`,
    );
    expect(errors()).toEqual([]);
    for (const [resource, method] of all) {
      const { type, description } = hover(`${resource}.${method}`);
      expect(type, `${resource}.${method}`).toMatch(
        /^\(property\) \w+: (<const Sent>)?\(.*\) => (Call|ListCall)<[\w[\]]+>$/s,
      );
      expect(type.length, type).toBeLessThan(300);
      expect(description, `${resource}.${method}`).toMatch(/^[A-Z].+\.$/);
    }
  });

  it("the completion of a query and of a body shows the description of each field", () => {
    expect(linesOf("filters", "include_deleted", "last_updated", "page_size")).toMatchInlineSnapshot(`
      [
        "(property) OrderFilter.include_deleted?: IncludeDeleted // \`TRUE\` includes deleted records, \`DELETED_ONLY\` lists only these.",
        "(property) OrderFilter.last_updated?: string // Only records updated since then. Unix seconds, as text.",
        "(property) OrderFilter.page_size?: number // The number of records per page, at most 50.",
      ]
    `);
    expect(linesOf("bodyFields", "customer_account", "date_received", "state")).toMatchInlineSnapshot(`
      [
        "(property) OrderCreate.customer_account?: Link<Customer> // The \`id\` of one of \`Customer\`.",
        "(property) OrderCreate.date_received?: string // A time in UTC: \`MM/DD/YYYY hh:mm AM\`, ISO 8601 or unix seconds.",
        "(property) OrderCreate.state?: string // Such as \`NOT STARTED\`, \`IN PROGRESS\`, \`ON HOLD\`, \`BATCHED\`, \`IN REVIEW\`, \`COMPLETED\`, \`REPORTED\`, \`CANCELLED\`. A laboratory can define others.",
      ]
    `);
  });

  it("the hover and the completion of a record show the description of each field", () => {
    expect(editor.hover("record").type).toBe("const order: Order");
    expect(editor.hover("page").type).toBe("const page: Page<Order>");
    expect(editor.hover("state")).toMatchInlineSnapshot(`
      {
        "description": "Such as \`NOT STARTED\`, \`IN PROGRESS\`, \`ON HOLD\`, \`BATCHED\`, \`IN REVIEW\`, \`COMPLETED\`, \`REPORTED\`, \`CANCELLED\`. A laboratory can define others.",
        "type": "(property) OrderFields.state?: string | null | undefined",
      }
    `);
    expect(editor.hover("customer")).toMatchInlineSnapshot(`
      {
        "description": "A reference to \`Customer\`, with some of its fields in \`data\`.",
        "type": "(property) OrderFields.customer_account?: Reference<Customer> | null | undefined",
      }
    `);
    expect(linesOf("fields", "date_received", "id")).toMatchInlineSnapshot(`
      [
        "(property) OrderFields.date_received?: string | null // A time in UTC: \`MM/DD/YYYY hh:mm AM\`, ISO 8601 or unix seconds.",
        "(property) OrderFields.id: number // ",
      ]
    `);
  });

  it("the completion of a call shows what it can be used for", () => {
    expect(linesOf("callMembers", "withResponse")).toMatchInlineSnapshot(`
      [
        "(method) Call<Order>.withResponse(): Promise<CallResult<Order>> // Returns the data together with the HTTP response, for its status and headers. Shares one request with \`await\`.",
      ]
    `);
    expect(linesOf("listMembers", "pages", "toArray", "total", "withResponse")).toMatchInlineSnapshot(`
      [
        "(method) Listing<Order>.pages(options?: LimitOptions): AsyncIterable<Page<Order>> // Yields the list page by page, or its first records up to \`limit\`. A page lacks records that this read has yielded
      before.",
        "(method) Listing<Order>.toArray(options?: LimitOptions): Promise<Order[]> // Reads all records into an array, or the first ones up to \`limit\`.",
        "(method) Listing<Order>.total(): Promise<number> // Returns the current number of records. Sends one request, for a page of one record.",
        "(method) Call<Page<Order>>.withResponse(): Promise<CallResult<Page<Order>>> // Returns the data together with the HTTP response, for its status and headers. Shares one request with \`await\`.",
      ]
    `);
    expect(linesOf("toArrayOptions", "limit")).toMatchInlineSnapshot(`
      [
        "(property) LimitOptions.limit?: number // Maximum number of records, at least 1. By default, the whole list is read. No page is requested after them.",
      ]
    `);
    expect(editor.hover("withResponse")).toMatchInlineSnapshot(`
      {
        "description": "Returns the data together with the HTTP response, for its status and headers. Shares one request with \`await\`.",
        "type": "(method) Call<Order>.withResponse(): Promise<CallResult<Order>>",
      }
    `);
    expect(editor.hover("response")).toMatchInlineSnapshot(`
      {
        "description": "The response. Its body has already been read. If a write takes several requests, this is the last response.",
        "type": "const response: Response",
      }
    `);
  });
});

describe("the texts of an editor for a client with dates", () => {
  it("the hover of a method and of a record names the record instead of its fields", () => {
    expect(["datedClient", "datedGet", "datedRecord", "datedField"].map(mark => editor.hover(mark).type)).toEqual([
      "const dated: DatedQBenchClient",
      "(property) get: (id: number, query?: undefined, options?: CallOptions | undefined) => Call<DatedRecord<Order, Date, DateField>>",
      "const datedOrder: DatedRecord<Order, Date, DateField>",
      "(property) date_created?: Date | null | undefined",
    ]);
  });
});

describe("the declarations of a service's package", () => {
  it("an exported result of a client is declared by names that the package exports", () => {
    const { declarations, errors } = openEditor(`
import { createQBenchClient, customFields, withDates } from "@qbench-sdk/client";
import type { Order, OrderPage } from "@qbench-sdk/types";

const client = createQBenchClient();
const dated = createQBenchClient({ dates: "Date" });
export const list = () => client.orders.list();
export const get = (id: number) => dated.orders.get(id);
export const samples = (id: number) => dated.orders.samples(id).withResponse();
export const convert = (page: OrderPage) => withDates(page);
export const customer = async (id: number) => (await dated.orders.get(id)).customer_account;
export const { create } = client.orders;
export const resource = dated.orders;
export const paginate = dated.paginate;
export const body = () => ({ id: 1, ...customFields({ X_A: 1 }) });
`);
    expect(errors()).toEqual([]);
    expect(declarations().map(line => line.replaceAll(/import\("@qbench-sdk\/(client|types)"\)\./g, ""))).toEqual([
      "export declare const list: () => ListCall<Order>;",
      "export declare const get: (id: number) => Call<DatedRecord<Order, Date, DateField>>;",
      "export declare const samples: (id: number) => Promise<CallResult<Page<DatedRecord<Sample, Date, DateField>>>>;",
      "export declare const convert: (page: OrderPage) => DatedRecord<OrderPage, Date, DateField>;",
      "export declare const customer: (id: number) => Promise<DatedRecord<Reference<Customer>, Date, DateField> | null | undefined>;",
      "export declare const create: <const Sent>(body: readonly OrderCreate[] & OnlyDeclared<Sent, OrderCreate[]>, options?: WriteOptions | undefined) => Call<Order[]>;",
      'export declare const resource: Resource<paths, Resources & WithDateTypes<Date, DateField>, "orders">;',
      "export declare const paginate: Paginate<DatedPaths<paths, Date, DateField>>;",
      "export declare const body: () => {",
    ]);
  });
});

describe("the texts of an editor for errors", () => {
  it("the hover of an error is one name, and its members have descriptions", () => {
    expect(editor.hover("unknownError").type).toBe("(parameter) error: unknown");
    expect(editor.hover("apiError").type).toBe("(parameter) error: QBenchApiError<BadRequestResponse>");
    expect(editor.hover("errors")).toMatchInlineSnapshot(`
      {
        "description": "The errors of single items of the request, if QBench names them. \`isApiError\` types them as the document declares
      them for a method. QBench's own document declares none of their fields.",
        "type": "(property) QBenchApiError<BadRequestResponse>.errors: readonly Record<string, unknown>[]",
      }
    `);
    expect(linesOf("errorMembers", "errorToken", "retryAfterMs", "status", "type")).toMatchInlineSnapshot(`
      [
        "(property) QBenchApiError<BadRequestResponse>.errorToken?: string // QBench's identifier of this incident. Its support can look it up.",
        "(property) QBenchApiError<BadRequestResponse>.retryAfterMs?: number // How long QBench asks to wait, in milliseconds.",
        "(property) QBenchApiError<BadRequestResponse>.status: number // The HTTP status of the response.",
        "(property) QBenchApiError<BadRequestResponse>.type?: string // QBench's kind of error, such as \`ValidationError\` (docs/qbench-api.md §6.1).",
      ]
    `);
    expect(linesOf("outcomeMembers", "count", "start", "state")).toMatchInlineSnapshot(`
      [
        "(property) count: number // Number of records, from \`start\` on.",
        "(property) start: number // The position of the first record in the list, from 0.",
        "(property) state: "written" | "failed" | "unknown" | "unsent" // QBench wrote the records.
      Nothing was written: QBench rejected the request, or no connection was made.
      The response is missing or reports a server error. QBench may have written the records. They are not sent again.
      The request was not sent, because an earlier one failed.",
      ]
    `);
  });

  it("isApiError shows the items that the document declares for a method", () => {
    expect(editor.hover("typedErrors").type).toMatchInlineSnapshot(`
      "(property) QBenchApiError<{ error_type: "ValidationError"; errors: { index: number; reason: string; }[]; }>.errors: readonly {
          index: number;
          reason: string;
      }[]"
    `);
    expect(editor.hover("typedType").type).toMatchInlineSnapshot(
      `"(property) QBenchApiError<{ error_type: "ValidationError"; errors: { index: number; reason: string; }[]; }>.type?: "ValidationError" | undefined"`,
    );
    expect(linesOf("itemMembers", "index", "reason")).toMatchInlineSnapshot(`
      [
        "(property) index: number // The position of the thing in the request.",
        "(property) reason: string // Why the thing is wrong.",
      ]
    `);
  });

  it("a method shows the declared errors only if they differ from those of the first document", () => {
    expect(editor.hover("otherCreate").type).toMatchInlineSnapshot(`
      "(property) create: <never[]>(body: readonly {
          name: string;
      }[], options?: WriteOptions | undefined) => Call<{
          id: number;
      }[]> & Declares<{
          error_type: "ValidationError";
          errors: {
              index: number;
              reason: string;
          }[];
      }>"
    `);
  });
});
