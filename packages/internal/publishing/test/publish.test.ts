import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Registry, startRegistry } from "../src/registry.ts";
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

/** A call on the emulator, and types that a person would write. */
const program = `
import { createQBenchClient, unwrap } from "@qbench-sdk/client";
import { startEmulator } from "@qbench-sdk/emulator";
import type { Order } from "@qbench-sdk/types";

const emulator = await startEmulator();
const [api] = emulator.clients.list();
if (!api) throw new Error("no API client");
const client = createQBenchClient({ baseUrl: emulator.url, clientId: api.id, clientSecret: api.secret });
const page = await unwrap(client.GET("/qbench/api/v2/orders", { params: { query: { page_size: 3 } } }));
const states = (orders: readonly Order[]): (string | null | undefined)[] => orders.map(order => order.state);
console.log(JSON.stringify([page.data.length, states(page.data).length, page.total_count]));
await emulator.close();
`;

/** The command line, as a person would call it who has installed nothing. */
const atAShell = `
import { execFile } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { promisify } from "node:util";
import { startEmulator } from "@qbench-sdk/emulator";

const emulator = await startEmulator();
const [api] = emulator.clients.list();
if (!api) throw new Error("no API client");
const settings = { QBENCH_URL: emulator.url, QBENCH_CLIENT_ID: api.id, QBENCH_CLIENT_SECRET: api.secret };
// npx keeps what it has installed, and would take it for this version's.
const npm_config_cache = await mkdtemp("npx-");
const { stdout } = await promisify(execFile)("npx", ["--yes", "@qbench-sdk/cli", "whoami", "--no-store"], {
  env: { ...process.env, ...settings, npm_config_cache },
  shell: process.platform === "win32",
});
console.log(JSON.parse(stdout).name);
await emulator.close();
`;

const release = (env?: NodeJS.ProcessEnv) => workspace.script("release", [], env);

/** Changes the API: the document as a docs page would give it next time. */
async function pull(change: (document: Document) => void): Promise<{ changeset: string; output: string }> {
  const document: Document = JSON.parse(await readFile(join(workspace.root, "openapi/main.json"), "utf8"));
  change(document);
  const file = join(workspace.root, "next.json");
  await writeFile(file, JSON.stringify(document));
  const before = await changesets();
  const { code, output } = await workspace.script("openapi:pull", ["--from", file]);
  expect({ code, output }).toMatchObject({ code: 0 });
  const [added = ""] = (await changesets()).filter(name => !before.includes(name));
  return { changeset: await readFile(join(workspace.root, ".changeset", added), "utf8"), output };
}

interface Document {
  components: { schemas: Record<string, { properties: Record<string, unknown> }> };
}

const changesets = async (): Promise<string[]> =>
  (await readdir(join(workspace.root, ".changeset"))).filter(name => name.endsWith(".md"));

const setRegistry = (lines: string) => writeFile(join(workspace.root, ".npmrc"), lines);

describe("Publishing", { timeout: 300_000 }, () => {
  it("refuses without a registry for the scope, before anything is changed", async () => {
    await setRegistry("");
    const before = await changesets();
    const { code, output } = await release();
    expect(code).toBe(1);
    expect(output).toContain("@qbench-sdk:registry");
    expect(await changesets()).toEqual(before);
  });

  it("publishes the packages, and only these", async () => {
    await setRegistry(registry.npmrc);
    const { code, output } = await release();
    expect({ code, output }).toMatchObject({ code: 0 });
    for (const name of published) expect([name, await registry.versions(name)]).toEqual([name, ["0.1.0"]]);
    for (const name of ["scripts", "benchmarks", "example-service"]) {
      expect(await registry.versions(`@qbench-sdk/${name}`)).toEqual([]);
    }
    expect(await changesets()).toEqual([]);
    await workspace.commit("The first release");
  });

  it("publishes nothing when nothing has changed", async () => {
    expect(await release()).toMatchObject({ code: 0 });
    expect(await registry.versions("@qbench-sdk/types")).toEqual(["0.1.0"]);
  });

  it("gives packages that a service outside of the workspace can install", async () => {
    const versions = await service.install("@qbench-sdk/client", "@qbench-sdk/types", "@qbench-sdk/emulator");
    expect(Object.values(versions)).toEqual(["0.1.0", "0.1.0", "0.1.0"]);
  });

  it.each(settings)("gives types that compile with %s under %s", async (...setting) => {
    expect(await service.check(program, setting)).toEqual({ code: 0, output: "" });
  });

  it("gives code that makes a call", async () => {
    expect(await service.execute(program)).toEqual({ code: 0, output: "[3,3,48]\n" });
  });

  it("gives a command line that npx runs", async () => {
    expect(await service.execute(atAShell)).toEqual({ code: 0, output: "Emulated client\n" });
  });

  it("releases an addition to the API as minor, which breaks no service", async () => {
    const { changeset, output } = await pull(({ components }) => {
      Object.assign(components.schemas.Order?.properties ?? {}, { shelf: { type: "string" } });
    });
    expect(changeset).toMatch(/"@qbench-sdk\/types": minor[\s\S]+`Order`: `shelf` is new/);
    expect(output).toContain("`Order`: `shelf` is new");
    expect(await release()).toMatchObject({ code: 0 });
    expect(await registry.versions("@qbench-sdk/types")).toEqual(["0.1.0", "0.2.0"]);
    expect(await registry.versions("@qbench-sdk/auth")).toEqual(["0.1.0"]);
    await workspace.commit("A field more");
    await service.install("@qbench-sdk/client", "@qbench-sdk/types");
    expect(await service.check(program, ["ts7", "nodenext"])).toEqual({ code: 0, output: "" });
    const reads = `import type { Order } from "@qbench-sdk/types";\nexport const shelf = (order: Order): string | null | undefined => order.shelf;\n`;
    expect(await service.check(reads, ["ts7", "nodenext"])).toEqual({ code: 0, output: "" });
    expect(await readFile(join(workspace.root, "packages/types/CHANGELOG.md"), "utf8")).toContain("`shelf` is new");
  });

  it("releases a removal from the API as major, which a service that used it is told by its compiler", async () => {
    const { changeset } = await pull(({ components }) => {
      delete components.schemas.Order?.properties.state;
    });
    expect(changeset).toMatch(/"@qbench-sdk\/types": major[\s\S]+\*\*Breaking\*\*[\s\S]+`Order`: `state` is gone/);
    expect(await release()).toMatchObject({ code: 0 });
    expect(await registry.versions("@qbench-sdk/types")).toEqual(["0.1.0", "0.2.0", "1.0.0"]);
    await service.install("@qbench-sdk/client", "@qbench-sdk/types");
    const { code, output } = await service.check(program, ["ts7", "nodenext"]);
    expect(code).not.toBe(0);
    expect(output).toContain("TS2322");
  });
});
