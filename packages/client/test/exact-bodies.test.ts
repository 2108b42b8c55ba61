import type { Order, OrderCreate } from "@qbench-sdk/types";
import { describe, expectTypeOf, it } from "vitest";
import { createQBenchClient, customFields } from "../src/index.js";

interface Link {
  id: number;
}

type Content = { kind: "text"; text: string } | { kind: "count"; count: number; unit?: string };

/** A record that contains itself. */
interface Folder {
  name: string;
  owner?: Link | null;
  folders?: Folder[];
}

interface ThingCreate {
  id: number;
  title?: string;
  notes?: string | null;
  owner?: Link;
  parts?: { owner: Link; size?: number }[];
  content?: Content;
  either?: { a: number } | { b: string } | string;
  folder?: Folder;
  cells?: { [name: string]: Link };
  anything?: unknown;
  settings?: Record<string, unknown>;
  open?: { id: number; [field: string]: unknown };
}

interface Writes<Body> {
  requestBody: { content: { "application/json": Body } };
  responses: { 200: { content: { "application/json": { data: Link[] } } } };
}

interface Paths {
  "/things": { post: Writes<ThingCreate[]> };
  "/things/{id}/send": { post: Writes<{ emails: string[]; owner?: Link }> & { parameters: { path: { id: number } } } };
  "/things/{id}/note": {
    post: {
      parameters: { path: { id: number } };
      requestBody?: { content: { "application/json": Link } };
      responses: { 204: { content?: never } };
    };
  };
  "/raw": { post: Writes<unknown> };
}

const resources = {
  things: {
    create: { method: "POST", path: "/things", returns: "records" },
    send: { method: "POST", path: "/things/{id}/send" },
    note: { method: "POST", path: "/things/{id}/note" },
    raw: { method: "POST", path: "/raw" },
  },
} as const;

const access = { baseUrl: "https://lab.example", clientId: "id", clientSecret: "secret" };
const client = createQBenchClient<Paths, typeof resources>({ ...access, resources });
const { orders } = createQBenchClient(access);

const rows = [{ id: 1, text: "a" }];
const { create } = client.things;

describe("the type of a request body", () => {
  it("a body compiles with declared fields, whatever expression it is", () => {
    const list: ThingCreate[] = [];
    const frozen: readonly ThingCreate[] = list;
    const constant = [{ id: 1, content: { kind: "text", text: "a" }, cells: { a: { id: 1 } } }] as const;
    const spread = { title: "a", notes: null };
    const wide: { id: number; title?: string } = { id: 1 };
    const loose = JSON.parse("[]");
    expectTypeOf(() => [
      create([]),
      create([
        { id: 1, owner: { id: 1 }, parts: [{ owner: { id: 1 } }], notes: null },
        { id: 2, title: "b" },
      ]),
      create(rows.map(({ id }) => ({ id }))),
      create(rows.map(({ id, text }) => ({ id, content: { kind: "text", text }, parts: [{ owner: { id } }] }))),
      create(rows.map(({ id }) => ({ id, ...(id > 1 ? { title: "a" } : {}) }))),
      create(rows.map(({ id }) => ({ id, ...spread }))),
      create(list),
      create(frozen),
      create(constant),
      create([...list, { id: 1 }, wide]),
      create([{ id: 1 }] satisfies ThingCreate[]),
      create(loose),
      create([
        { id: 1, either: { a: 1 } },
        { id: 1, either: "x" },
      ]),
      create([{ id: 1, anything: { a: [{ b: 1 }] }, settings: { a: { b: 1 } }, cells: { a: { id: 1 } } }]),
      create([
        { id: 1, open: { id: 1, a: 1, ...customFields({ b: 1 }) }, owner: { id: 1, ...customFields({ b: 1 }) } },
      ]),
      create([{ id: 1, folder: { name: "a", folders: [{ name: "b", folders: [{ name: "c" }] }] } }]),
      client.things.send(1, { emails: ["a"], owner: { id: 1 } }),
      client.things.note(1),
      client.things.note(1, undefined),
      client.things.note(1, { id: 1 }),
      client.things.raw({ a: [1] }),
    ]).toBeFunction();
  });

  it("a body does not compile with an undeclared field, whatever expression it is", () => {
    const row = { id: 1, titel: "a" };
    const list = [row];
    const spread = { titel: "a" };
    const optional: { id: number; titel?: string } = { id: 1 };
    const index: Record<string, number> & { id: number } = { id: 1 };
    // @ts-expect-error a literal
    expectTypeOf(() => create([{ id: 1, titel: "a" }])).toBeFunction();
    // @ts-expect-error a mapped list
    expectTypeOf(() => create(rows.map(({ id, text }) => ({ id, titel: text })))).toBeFunction();
    // @ts-expect-error a variable
    expectTypeOf(() => create(list)).toBeFunction();
    // @ts-expect-error a variable in a literal
    expectTypeOf(() => create([row])).toBeFunction();
    // @ts-expect-error a variable beside a literal without the field
    expectTypeOf(() => create([row, { id: 2 }])).toBeFunction();
    // @ts-expect-error a spread list
    expectTypeOf(() => create([...list])).toBeFunction();
    // @ts-expect-error a spread record
    expectTypeOf(() => create([{ id: 1, ...spread }])).toBeFunction();
    // @ts-expect-error a spread that depends on a condition
    expectTypeOf(() => create([{ id: 1, ...(rows.length > 1 && spread) }])).toBeFunction();
    // @ts-expect-error an optional field
    expectTypeOf(() => create([optional])).toBeFunction();
    // @ts-expect-error fields of any name
    expectTypeOf(() => create([index])).toBeFunction();
    // @ts-expect-error a readonly list
    expectTypeOf(() => create([{ id: 1, titel: 1 }] as const)).toBeFunction();
    // @ts-expect-error a single object
    expectTypeOf(() => client.things.send(1, { ...spread, emails: [] })).toBeFunction();
    // @ts-expect-error an optional body
    expectTypeOf(() => client.things.note(1, row)).toBeFunction();
  });

  it("a body does not compile with an undeclared field inside a record", () => {
    const link = { id: 1, name: "a" };
    const folder = { name: "a", folders: [{ name: "b", owner: link }] };
    // @ts-expect-error in a link
    expectTypeOf(() => create(rows.map(({ id }) => ({ id, owner: link })))).toBeFunction();
    // @ts-expect-error in a list
    expectTypeOf(() => create([{ id: 1, parts: [{ owner: link }] }])).toBeFunction();
    // @ts-expect-error in a record of any names
    expectTypeOf(() => create([{ id: 1, cells: { a: link } }])).toBeFunction();
    // @ts-expect-error in a record that contains itself
    expectTypeOf(() => create([{ id: 1, folder }])).toBeFunction();
  });

  it("a body compiles only with the fields of its own alternative", () => {
    const text = { kind: "text" as const, text: "a" };
    const both = { a: 1, b: "b" };
    const kind = rows.length > 1 ? ("text" as const) : ("count" as const);
    const eitherKind = { kind, text: "a", count: 1 };
    expectTypeOf(() => [
      create([{ id: 1, content: text }]),
      create([{ id: 1, content: eitherKind }]),
      create([{ id: 1, either: both }]),
    ]).toBeFunction();
    // @ts-expect-error a field of the other alternative
    expectTypeOf(() => create([{ id: 1, content: { ...text, unit: "g" } }])).toBeFunction();
    // @ts-expect-error a field of no alternative, if only both together accept the others
    expectTypeOf(() => create([{ id: 1, content: { ...eitherKind, colour: "red" } }])).toBeFunction();
    // @ts-expect-error a field of no alternative
    expectTypeOf(() => create([{ id: 1, either: { ...both, c: 1 } }])).toBeFunction();
  });

  it("a body does not compile with a missing field, a wrong type or undefined", () => {
    // @ts-expect-error the id is missing
    expectTypeOf(() => create(rows.map(({ text }) => ({ title: text })))).toBeFunction();
    // @ts-expect-error the type is wrong
    expectTypeOf(() => create(rows.map(({ text }) => ({ id: text })))).toBeFunction();
    // @ts-expect-error a field can be omitted, and not be undefined
    expectTypeOf(() => create(rows.map(({ id }) => ({ id, title: undefined })))).toBeFunction();
    // @ts-expect-error the list is missing
    expectTypeOf(() => create({ id: 1 })).toBeFunction();
  });

  it("a record type that contains itself ends the check", () => {
    interface Tree {
      name: string;
      folders?: Tree[];
      owner?: { id: number; title?: string };
    }
    interface Copy {
      name: string;
      folders?: Copy[];
    }
    const tree: Tree = { name: "a" };
    const copy: Copy = { name: "a" };
    expectTypeOf(() => create([{ id: 1, folder: copy }])).toBeFunction();
    // @ts-expect-error the owner has an undeclared title
    expectTypeOf(() => create([{ id: 1, folder: tree }])).toBeFunction();
  });
});

describe("a method with an exact body as a value", () => {
  it("the method is assignable to a function of the declared body", () => {
    const write: (body: OrderCreate[]) => Promise<Order[]> = orders.create;
    const mutation = { mutationFn: orders.create } satisfies { mutationFn(body: OrderCreate[]): Promise<Order[]> };
    expectTypeOf(write).toBeFunction();
    expectTypeOf(mutation).toBeObject();
  });

  it("Parameters and ReturnType have the declared types", () => {
    expectTypeOf<Parameters<typeof orders.create>[0]>().toEqualTypeOf<readonly OrderCreate[]>();
    expectTypeOf<Awaited<ReturnType<typeof orders.create>>>().toEqualTypeOf<Order[]>();
  });

  it("a function of a service can take the declared body and pass it on", () => {
    const save = (body: OrderCreate[]): Promise<Order[]> => orders.create(body);
    const saveOne = async (body: OrderCreate): Promise<Order[]> => orders.create([body], { chunkSize: 1 });
    const retry =
      <Args extends unknown[], Result>(run: (...args: Args) => Promise<Result>) =>
      (...args: Args): Promise<Result> =>
        run(...args);
    const create = retry(orders.create);
    expectTypeOf([save, saveOne, create]).toBeArray();
    // @ts-expect-error the wrapped method still checks its body
    expectTypeOf(() => create(rows.map(({ id }) => ({ customer_account_id: id, colour: "red" })))).toBeFunction();
  });
});
