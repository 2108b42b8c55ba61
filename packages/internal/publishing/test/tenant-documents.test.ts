import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRepositories, type Repositories, type Workspace } from "../src/repositories.ts";

interface Document {
  "x-source"?: string;
  paths: Record<string, Record<string, unknown>>;
}

let repositories: Repositories;
let workspace: Workspace;

/** Returns the committed document of the emulator as the one of a tenant, with the reading operations of some resources. */
function limitTo(document: Document, ...resources: string[]): string {
  const { "x-source": _mark, paths, ...rest } = document;
  const isReadable = ([path]: [string, unknown]): boolean =>
    resources.some(name => new RegExp(`/${name}(/|$)`).test(path));
  const limited = Object.entries(paths)
    .filter(isReadable)
    .flatMap(([path, { get }]) => (get === undefined ? [] : [[path, { get }]]));
  return JSON.stringify({ ...rest, paths: Object.fromEntries(limited) });
}

beforeAll(async () => {
  repositories = await createRepositories();
  workspace = repositories.workspace;
  const document: Document = JSON.parse(await workspace.read("openapi/main.json"));
  const file = join(workspace.root, "pulled.json");
  const pull = async (text: string, ...args: string[]) => {
    await workspace.write("pulled.json", text);
    const { code, output } = await workspace.script("openapi:pull", ["--from", file, ...args]);
    expect(code, output).toBe(0);
  };
  await mkdir(join(workspace.root, "openapi/overlays/main"));
  await workspace.write(
    "openapi/overlays/main/custom-fields.yaml",
    `overlay: 1.0.0
info: { title: The laboratory's own fields, version: 1.0.0 }
actions:
  - target: $.components.schemas['Order'].properties
    update:
      purchase_order: { type: string }
`,
  );
  await pull(limitTo(document, "orders", "samples"));
  const { code, output } = await workspace.script("openapi:add", ["billing"]);
  expect(code, output).toBe(0);
  await pull(limitTo(document, "invoices"), "--client", "billing");
  await rm(file);
  await workspace.commit("The documents of the tenant");
}, 600_000);

afterAll(() => repositories.close());

describe("A copy with the documents of API clients that may read few lists", () => {
  it("builds and compiles every package, and the tarballs of the types and the client pass their checks", async () => {
    for (const args of [
      ["build", "typecheck"],
      ["lint", "--filter=@qbench-sdk/types", "--filter=@qbench-sdk/client"],
    ]) {
      const { code, output } = await workspace.exec("turbo", "run", ...args);
      expect(code, output).toBe(0);
    }
    const types = await workspace.read("packages/types/dist/index.d.ts");
    expect(types).toContain("main");
    expect(await workspace.read("packages/types/dist/main.d.ts")).toContain("purchase_order");
    expect(await workspace.read("packages/types/dist/main.d.ts")).not.toContain("createOrders");
    expect(await workspace.read("packages/types/dist/billing.d.ts")).toContain("listInvoices");
  });

  it.each([
    ["packages/client", "test/resources.test.ts", "test/writes.test.ts"],
    ["packages/cli", "test/get.test.ts"],
    ["packages/example-service", "test/readme.test.ts"],
    ["scripts", "test/commands.test.ts", "test/size-budget.test.ts"],
  ])("passes the tests of %s", async (folder, ...files) => {
    const { code, output } = await workspace.exec("vitest", "run", "--root", folder, ...files);
    expect(code, output).toBe(0);
  });

  it("runs npm start with the emulator, and keeps its documents", async () => {
    const { code, output } = await workspace.script("demo");
    expect(code, output).toBe(0);
    expect(output).toContain("openapi/main.json has a tenant's document and stays as it is");
    expect(output).toContain("QB-00049 is IN PROGRESS");
    expect(await workspace.git("status", "--porcelain")).toBe("");
  });
});
