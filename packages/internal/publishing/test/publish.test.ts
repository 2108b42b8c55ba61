import { existsSync, globSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join, normalize } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Registry, startRegistry } from "../src/registry.ts";
import type { Outcome } from "../src/run.ts";
import { createService, type Service, settings } from "../src/service.ts";
import { copyWorkspace, type Workspace } from "../src/workspace.ts";

const published = ["auth", "cli", "client", "emulator", "redis", "types"].map(name => `@qbench-sdk/${name}`);

let registry: Registry;
let workspace: Workspace;
let service: Service;

beforeAll(async () => {
  registry = await startRegistry("@qbench-sdk");
  [workspace, service] = await Promise.all([copyWorkspace(), createService(registry.npmrc)]);
}, 300_000);

afterAll(async () => {
  await Promise.all([registry.close(), workspace.close(), service.close()]);
});

/** A program that makes a call to the emulator and uses types as a person would. */
const program = `
import { createQBenchClient, unwrap } from "@qbench-sdk/client";
import { startEmulator } from "@qbench-sdk/emulator";
import type { Order } from "@qbench-sdk/types";

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
const declaringFields = (types: string) => `
import { createQBenchClient } from "@qbench-sdk/client";
import { startEmulator } from "@qbench-sdk/emulator";
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
const undeclaredFields = `
import { createQBenchClient, customField, customFields } from "@qbench-sdk/client";
import { startEmulator } from "@qbench-sdk/emulator";

const emulator = await startEmulator({ customFields: { orders: { X_REVIEWED_BY: "STR" } } });
const [api] = emulator.clients.list();
if (!api) throw new Error("The emulator has no API client.");
const client = createQBenchClient({ baseUrl: emulator.url, clientId: api.id, clientSecret: api.secret });
const [created] = await client.orders.create([{ customer_account_id: 1, ...customFields({ X_REVIEWED_BY: "M. Brown" }) }]);
const order = await client.orders.get(created?.id ?? 0);
const reviewer: unknown = customField(order, "X_REVIEWED_BY");
console.log(reviewer);
await emulator.close();

const fields = customFields({ X_REVIEWED_BY: "M. Brown" });
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
const overlay = `
overlay: 1.0.0
info: { title: Our custom fields, version: 1.0.0 }
actions:
  - target: $.components.schemas['Order','OrderCreate','OrderUpdate'].properties
    update:
      X_LOT: { type: string, description: The lot number. }
`;

/** Uses the field that was added to the API and the custom field of the overlay. */
const additions = `
import { createQBenchClient } from "@qbench-sdk/client";
import type { Order } from "@qbench-sdk/types";

export const shelf = (order: Order): string | null | undefined => order.shelf;
export const lot = (order: Order): string | null | undefined => order.X_LOT;
const client = createQBenchClient();
export const created = client.orders.create([{ customer_account_id: 1, X_LOT: "L-1" }]);
export const cleared = client.orders.update([{ id: 1, X_LOT: null }]);
// @ts-expect-error the field is a text
export const wrong = client.orders.update([{ id: 1, X_LOT: 1 }]);
`;

/** Uses of the API that the last test breaks, by the name that each error must contain. */
const broken = {
  state: `import type { Order } from "@qbench-sdk/types";
export const isOnHold = (order: Order): boolean => order.state === "ON HOLD";
`,
  statuses: `import { createQBenchClient } from "@qbench-sdk/client";
export const onHold = createQBenchClient().orders.list({ statuses: ["ON HOLD"] });
`,
  project_id: `import { createQBenchClient } from "@qbench-sdk/client";
export const created = createQBenchClient().orders.create([{ customer_account_id: 1 }]);
`,
};

/** A program that runs the command line through npx, without installing it before. */
const commandLine = `
import { execFile } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { promisify } from "node:util";
import { startEmulator } from "@qbench-sdk/emulator";

const emulator = await startEmulator();
const [api] = emulator.clients.list();
if (!api) throw new Error("The emulator has no API client.");
const settings = { QBENCH_URL: emulator.url, QBENCH_CLIENT_ID: api.id, QBENCH_CLIENT_SECRET: api.secret };
// An empty cache, because npx would reuse an installed copy of the same version.
const npm_config_cache = await mkdtemp("npx-");
const { stdout } = await promisify(execFile)("npx", ["--yes", "@qbench-sdk/cli", "whoami", "--no-store"], {
  env: { ...process.env, ...settings, npm_config_cache },
  shell: process.platform === "win32",
});
console.log(JSON.parse(stdout).name);
await emulator.close();
`;

const release = (...args: string[]) => workspace.script("release", args);

/** Returns the output of a program that must succeed. */
function expectSuccess({ code, output }: Outcome): string {
  expect(code, output).toBe(0);
  return output;
}

/** Returns the content of the registry and of the workspace. */
const contents = async () => ({
  registry: await registry.files(),
  versions: await Promise.all(published.map(registry.versions)),
  files: await workspace.digests(),
});

/** Returns the packages that a dry run would publish, with their versions. */
async function plannedReleases(): Promise<string[]> {
  const before = await contents();
  const output = expectSuccess(await release("--dry-run"));
  expect(await contents()).toEqual(before);
  expect(output).toContain(`Would publish to ${registry.url}:`);
  expect(output).toContain("This was a dry run: nothing was changed.");
  return [...output.matchAll(/^ {2}(@\S+@\d\S+)$/gm)].map(([, release = ""]) => release);
}

/** Returns all packages in the registry, with their versions. */
async function publishedReleases(): Promise<string[]> {
  const releases = published.map(async name => (await registry.versions(name)).map(version => `${name}@${version}`));
  return (await Promise.all(releases)).flat();
}

/** Pulls a changed document, as the docs page would show it after a change of the API. */
async function pull(change: (document: Document) => void): Promise<{ changeset: string; output: string }> {
  const document: Document = JSON.parse(await readFile(join(workspace.root, "openapi/main.json"), "utf8"));
  change(document);
  const file = join(workspace.root, "next.json");
  await writeFile(file, JSON.stringify(document));
  const before = await changesets();
  const output = expectSuccess(await workspace.script("openapi:pull", ["--from", file]));
  const [added = ""] = (await changesets()).filter(name => !before.includes(name));
  return { changeset: await readFile(join(workspace.root, ".changeset", added), "utf8"), output };
}

interface Manifest {
  exports: Record<string, string | { default: string }>;
  bin?: Record<string, string>;
}

interface Document {
  components: { schemas: Record<string, { properties: Record<string, unknown>; required?: string[] }> };
  paths: Record<string, { get?: { "x-filter"?: string; parameters: { name?: string }[] } }>;
}

const changesets = async (): Promise<string[]> =>
  (await readdir(join(workspace.root, ".changeset"))).filter(name => name.endsWith(".md"));

const setRegistry = (lines: string) => writeFile(join(workspace.root, ".npmrc"), lines);

describe("Publishing", { timeout: 300_000 }, () => {
  it.each([
    ["release", []],
    ["dry run", ["--dry-run"]],
  ])("a %s without a registry for the scope fails and changes nothing", async (_, args) => {
    await setRegistry("");
    const before = await contents();
    const { code, output } = await release(...args);
    expect(code).toBe(1);
    expect(output).toContain("@qbench-sdk:registry");
    expect(await contents()).toEqual(before);
  });

  it("pnpm release --help publishes nothing and changes no file", async () => {
    await setRegistry(registry.npmrc);
    const before = await contents();
    const { code, output } = await release("--help");
    expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining("Usage: pnpm release [options]") });
    expect(await contents()).toEqual(before);
  });

  it.each([
    ["--dryrun", 'unknown argument "--dryrun". Did you mean --dry-run?'],
    ["dry-run", 'unknown argument "dry-run". Did you mean --dry-run?'],
    ["--publish", 'unknown argument "--publish". Did you mean --help?'],
    ["--dry-run=yes", "--dry-run takes no value."],
  ])("pnpm release %s publishes nothing, and explains its argument in one line", async (argument, message) => {
    const before = await contents();
    expect(await release(argument)).toEqual({ code: 2, output: `pnpm release: ${message}\n` });
    expect(await contents()).toEqual(before);
  });

  it("a release publishes exactly what its dry run named, and no other package", async () => {
    const planned = await plannedReleases();
    expect(planned).toEqual(published.map(name => `${name}@0.1.0`));
    expectSuccess(await release());
    expect(await publishedReleases()).toEqual(planned);
    for (const name of published) expect([name, await registry.versions(name)]).toEqual([name, ["0.1.0"]]);
    for (const name of ["scripts", "benchmarks", "example-service"]) {
      expect(await registry.versions(`@qbench-sdk/${name}`)).toEqual([]);
    }
    expect(await changesets()).toEqual([]);
    await workspace.commit("The first release");
  });

  it.each(published)(
    "the tarball of %s has caret ranges, so that users get the fixes of its dependencies",
    async name => {
      const { dependencies = {}, peerDependencies = {} } = await registry.manifest(name, "0.1.0");
      const ranges = Object.entries({ ...dependencies, ...peerDependencies });
      // The types need nothing.
      expect(ranges.length > 0).toBe(name !== "@qbench-sdk/types");
      const carets = /^\^\d+\.\d+\.\d+( \|\| \^\d+\.\d+\.\d+)*$/;
      expect(ranges.filter(([, range]) => !carets.test(range))).toEqual([]);
      for (const [dependency, range] of ranges) {
        if (published.includes(dependency)) expect([dependency, range]).toEqual([dependency, "^0.1.0"]);
      }
    },
  );

  it("a release without changesets publishes nothing, and its dry run names nothing", async () => {
    expect(await plannedReleases()).toEqual([]);
    expectSuccess(await release());
    expect(await registry.versions("@qbench-sdk/types")).toEqual(["0.1.0"]);
  });

  it("a service outside of the workspace can install the packages", async () => {
    const versions = await service.install("@qbench-sdk/client", "@qbench-sdk/types", "@qbench-sdk/emulator");
    expect(Object.values(versions)).toEqual(["0.1.0", "0.1.0", "0.1.0"]);
  });

  it.each(["@qbench-sdk/auth", "@qbench-sdk/client", "@qbench-sdk/emulator"])(
    "the published %s has one file per entry, and a file for what its entries share",
    async name => {
      const folder = service.folderOf(name);
      const { exports, bin = {} }: Manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
      const entries = Object.values(exports).flatMap(entry => (typeof entry === "string" ? [] : entry.default));
      const expected = new Set([...entries, ...Object.values(bin)].map(file => normalize(file)));
      // The emulator contains the scripts of its docs page as they are.
      const scripts = globSync("dist/**/*.js", { cwd: folder, exclude: ["dist/swagger-ui/**"] });
      expect(new Set(scripts.filter(file => file !== join("dist", "shared.js")))).toEqual(expected);
    },
  );

  it.each(["@qbench-sdk/auth", "@qbench-sdk/client", "@qbench-sdk/emulator", "@qbench-sdk/types"])(
    "the source maps of the published %s lead to sources that it contains",
    async name => {
      const folder = service.folderOf(name);
      const maps = globSync("dist/**/*.map", { cwd: folder });
      expect(maps.some(map => map.endsWith(".js.map")) && maps.some(map => map.endsWith(".d.ts.map"))).toBe(true);
      for (const map of maps) {
        const { sources }: { sources: string[] } = JSON.parse(await readFile(join(folder, map), "utf8"));
        expect(sources.filter(source => !existsSync(join(folder, map, "..", source)))).toEqual([]);
      }
    },
  );

  it.each(settings)("the published types compile with %s under %s", async (...setting) => {
    expect(await service.check(program, setting)).toEqual({ code: 0, output: "" });
  });

  it("the published packages can make a call", async () => {
    expect(await service.execute(program)).toEqual({ code: 0, output: "[3,3,48]\n" });
  });

  it("the installation of the packages runs no script of a dependency", async () => {
    const program = `
import { readFileSync } from "node:fs";
const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
console.log(Object.keys(packages).filter(name => packages[name].hasInstallScript).join());
`;
    expect(await service.execute(program)).toEqual({ code: 0, output: "\n" });
  });

  it.each(["@qbench-sdk/types", "@qbench-sdk/types/main"])(
    "a service can declare custom fields in the module %s, for responses and requests",
    async types => {
      const declaring = declaringFields(types);
      for (const setting of settings) {
        expect([...setting, await service.check(declaring, setting)]).toEqual([...setting, { code: 0, output: "" }]);
      }
      const values = JSON.stringify(["M. Brown", "M. Brown", "M. Brown", null]);
      expect(await service.execute(declaring)).toEqual({ code: 0, output: `${values}\n` });
    },
  );

  it("a service can read and write a custom field that it does not declare", async () => {
    for (const setting of settings) {
      expect([...setting, await service.check(undeclaredFields, setting)]).toEqual([
        ...setting,
        { code: 0, output: "" },
      ]);
    }
    expect(await service.execute(undeclaredFields)).toEqual({ code: 0, output: "M. Brown\n" });
  });

  it("npx can run the published command line", async () => {
    expect(await service.execute(commandLine)).toEqual({ code: 0, output: "Emulated client\n" });
  });

  it("an addition to the API and a custom field of an overlay are released as minor and break no service", async () => {
    await mkdir(join(workspace.root, "openapi/overlays/main"), { recursive: true });
    await writeFile(join(workspace.root, "openapi/overlays/main/custom-fields.yaml"), overlay);
    const { changeset, output } = await pull(({ components }) => {
      Object.assign(components.schemas.Order?.properties ?? {}, { shelf: { type: "string" } });
    });
    expect(changeset).toMatch(/"@qbench-sdk\/types": minor[\s\S]+`Order\.shelf`/);
    expect(changeset).toContain("`Order.X_LOT`");
    expect(output).toContain("`Order.shelf`");
    const before = await publishedReleases();
    const planned = await plannedReleases();
    expect(planned).toContain("@qbench-sdk/types@0.2.0");
    expectSuccess(await release());
    expect((await publishedReleases()).filter(each => !before.includes(each))).toEqual(planned);
    expect(await registry.versions("@qbench-sdk/types")).toEqual(["0.1.0", "0.2.0"]);
    expect(await registry.versions("@qbench-sdk/emulator")).toEqual(["0.1.0"]);
    await workspace.commit("One more field");
    await service.install("@qbench-sdk/client", "@qbench-sdk/types");
    expect(await service.check(program, ["ts7", "nodenext"])).toEqual({ code: 0, output: "" });
    expect(await service.check(additions, ["ts7", "nodenext"])).toEqual({ code: 0, output: "" });
    expect(await readFile(join(workspace.root, "packages/types/CHANGELOG.md"), "utf8")).toContain("`Order.shelf`");
  });

  it("a removed field, a renamed filter and a newly required field are released as major, and the compiler of a service names each", async () => {
    const { changeset } = await pull(({ components: { schemas }, paths }) => {
      delete schemas.Order?.properties.state;
      schemas.OrderCreate?.required?.push("project_id");
      for (const { get } of Object.values(paths)) {
        for (const parameter of get?.["x-filter"] === "OrderFilter" ? get.parameters : []) {
          if (parameter.name === "statuses") parameter.name = "states";
        }
      }
    });
    expect(changeset).toMatch(/"@qbench-sdk\/types": major[\s\S]+\*\*Breaking\*\*/);
    for (const name of ["Order.state", "OrderFilter.statuses", "OrderCreate.project_id"]) {
      expect(changeset).toContain(`\`${name}\``);
    }
    const before = await Promise.all(Object.values(broken).map(use => service.check(use, ["ts7", "nodenext"])));
    expect(before).toEqual(Object.values(broken).map(() => ({ code: 0, output: "" })));
    expectSuccess(await release());
    expect(await registry.versions("@qbench-sdk/types")).toEqual(["0.1.0", "0.2.0", "1.0.0"]);
    await service.install("@qbench-sdk/client", "@qbench-sdk/types");
    for (const [name, use] of Object.entries(broken)) {
      const { code, output } = await service.check(use, ["ts7", "nodenext"]);
      expect({ code, output }).toEqual({ code: expect.any(Number), output: expect.stringMatching(`'${name}'`) });
      expect(code).not.toBe(0);
    }
  });
});
