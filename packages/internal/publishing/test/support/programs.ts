// Programs of a service that installs the packages under the names of the company `@acme`.

/** A program that makes a call to the emulator and uses types as a person would. */
export const program: string = `
import { createQBenchClient, unwrap } from "@acme/qbench-client";
import { startEmulator } from "@acme/qbench-emulator";
import type { Order } from "@acme/qbench-types";

const emulator = await startEmulator();
const [api] = emulator.clients.list();
if (!api) throw new Error("The emulator has no API client.");
const client = createQBenchClient({ baseUrl: emulator.url, clientId: api.id, clientSecret: api.secret });
const page = await unwrap(client.GET("/qbench/api/v2/orders", { params: { query: { page_size: 3 } } }));
const states = (orders: readonly Order[]): (string | null | undefined)[] => orders.map(order => order.state);
console.log(JSON.stringify([page.data.length, states(page.data).length, page.total_count]));
await emulator.close();
`;

/** A program of a service that declares its custom fields in a module, and uses them in every kind of call. */
export const declaringFields = (types: string) => `
import { createQBenchClient } from "@acme/qbench-client";
import { startEmulator } from "@acme/qbench-emulator";
import type { Order, OrderCreate } from "${types}";

declare module "${types}" {
  interface Order {
    X_REVIEWED_BY?: string | null;
    X_OWNER?: { id: number; text: string } | null;
  }
}

const emulator = await startEmulator({ customFields: { orders: { X_REVIEWED_BY: "STR" } } });
const [api] = emulator.clients.list();
if (!api) throw new Error("The emulator has no API client.");
const client = createQBenchClient({ baseUrl: emulator.url, clientId: api.id, clientSecret: api.secret });
const draft: OrderCreate = { customer_account_id: 1, X_REVIEWED_BY: "M. Brown" };
const [created] = await client.orders.create([draft]);
const id = created?.id ?? 0;
const reviewers: (string | null | undefined)[] = [created?.X_REVIEWED_BY, (await client.orders.get(id)).X_REVIEWED_BY];
for await (const order of client.orders.list({ ids: [id] })) reviewers.push(order.X_REVIEWED_BY);
const [updated] = await client.orders.update([{ id, X_REVIEWED_BY: null }]);
reviewers.push(updated?.X_REVIEWED_BY);
console.log(JSON.stringify(reviewers));
await emulator.close();

export const owner = (order: Order): string | undefined => order.X_OWNER?.text;
// Requests take the id of a user.
export const owned = { id, X_OWNER: 3 } satisfies Parameters<typeof client.orders.update>[0][number];
// @ts-expect-error the field is a text
export const wrong: OrderCreate = { customer_account_id: 1, X_REVIEWED_BY: 3 };
// @ts-expect-error the field is not declared
export const misspelled = (order: Order) => order.X_REVIEWED;
`;

/** A program of a service that uses a custom field without a declaration. */
export const undeclaredFields = `
import { createQBenchClient, customField, customFields } from "@acme/qbench-client";
import { startEmulator } from "@acme/qbench-emulator";

const emulator = await startEmulator({ customFields: { orders: { X_UNDECLARED: "STR" } } });
const [api] = emulator.clients.list();
if (!api) throw new Error("The emulator has no API client.");
const client = createQBenchClient({ baseUrl: emulator.url, clientId: api.id, clientSecret: api.secret });
const [created] = await client.orders.create([{ customer_account_id: 1, ...customFields({ X_UNDECLARED: "M. Brown" }) }]);
const order = await client.orders.get(created?.id ?? 0);
const reviewer: unknown = customField(order, "X_UNDECLARED");
console.log(reviewer);
await emulator.close();

const fields = customFields({ X_UNDECLARED: "M. Brown" });
export const rejected = () => [
  // @ts-expect-error the record declares this field
  customField(order, "state"),
  // @ts-expect-error the other fields are still checked
  client.orders.create([{ customer_account_id: 1, stat: "ON HOLD", ...fields }]),
  // @ts-expect-error the body declares this field
  client.orders.update([{ id: 1, ...customFields({ state: "ON HOLD" }) }]),
];
`;

/** Declares a custom field for all services. */
export const overlay = `
overlay: 1.0.0
info: { title: Our custom fields, version: 1.0.0 }
actions:
  - target: $.components.schemas['Order','OrderCreate','OrderUpdate'].properties
    update:
      X_LOT: { type: string, description: The lot number. }
`;

/** Uses the field that was added to the API and the custom field of the overlay. */
export const additions = `
import { createQBenchClient } from "@acme/qbench-client";
import type { Order } from "@acme/qbench-types";

export const shelf = (order: Order): string | null | undefined => order.shelf;
export const lot = (order: Order): string | null | undefined => order.X_LOT;
const client = createQBenchClient();
export const created = client.orders.create([{ customer_account_id: 1, X_LOT: "L-1" }]);
export const cleared = client.orders.update([{ id: 1, X_LOT: null }]);
// @ts-expect-error the field is a text
export const wrong = client.orders.update([{ id: 1, X_LOT: 1 }]);
`;

/** Uses of the API that the last test breaks, by the name that each error must contain. */
export const broken = {
  state: `import type { Order } from "@acme/qbench-types";
export const isOnHold = (order: Order): boolean => order.state === "ON HOLD";
`,
  statuses: `import { createQBenchClient } from "@acme/qbench-client";
export const onHold = createQBenchClient().orders.list({ statuses: ["ON HOLD"] });
`,
  project_id: `import { createQBenchClient } from "@acme/qbench-client";
export const created = createQBenchClient().orders.create([{ customer_account_id: 1 }]);
`,
};

/** A program that runs the command line through npx, without installing it before. */
export const commandLine = `
import { execFile } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { promisify } from "node:util";
import { startEmulator } from "@acme/qbench-emulator";

const emulator = await startEmulator();
const [api] = emulator.clients.list();
if (!api) throw new Error("The emulator has no API client.");
const settings = { QBENCH_URL: emulator.url, QBENCH_CLIENT_ID: api.id, QBENCH_CLIENT_SECRET: api.secret };
// An empty cache, because npx would reuse an installed copy of the same version.
const npm_config_cache = await mkdtemp("npx-");
const { stdout } = await promisify(execFile)("npx", ["--yes", "@acme/qbench-cli", "whoami", "--no-store"], {
  env: { ...process.env, ...settings, npm_config_cache },
  shell: process.platform === "win32",
});
console.log(JSON.parse(stdout).name);
await emulator.close();
`;
