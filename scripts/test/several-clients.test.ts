import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startEmulator } from "@qbench-sdk/emulator";
import { describe, expect, it, onTestFinished } from "vitest";
import { addClient } from "../clients/add-client.ts";
import { generatePackage } from "../clients/generate-package.ts";
import { pullClient } from "../clients/pull-client.ts";
import { writeChangeset } from "../clients/write-changeset.ts";
import { compile } from "./support/compile.ts";
import { copySettings, emptyRoot, repository } from "./support/repository.ts";

const program = `
import { createQBenchClient } from "@qbench-sdk/client";
import { type paths as billing, resources } from "./packages/types/src/billing.ts";
import type { paths as main } from "./packages/types/src/main.ts";

const everything = createQBenchClient<main>();
const invoices = createQBenchClient<billing>();
const resourceful = createQBenchClient<billing, typeof resources>({ resources });
export const calls = () => [
  everything.GET("/qbench/api/v2/invoices"),
  everything.GET("/qbench/api/v2/samples"),
  invoices.GET("/qbench/api/v2/invoices"),
  // @ts-expect-error outside of the client's scopes
  invoices.GET("/qbench/api/v2/samples"),
  // @ts-expect-error the client may only read invoices
  invoices.POST("/qbench/api/v2/invoices", { body: [{ template_id: 1 }] }),
  everything.samples.list(),
  resourceful.invoices.orders(1),
  // @ts-expect-error outside of the client's scopes
  resourceful.samples,
  // @ts-expect-error the client may only read invoices
  resourceful.invoices.create,
  // @ts-expect-error the client was created without its table
  invoices.invoices,
];
`;

describe("Several API clients", () => {
  it("each API client has its own document and types, limited to its scopes", async () => {
    const emulator = await startEmulator({
      docs: "bearer",
      clients: [
        { id: "11111111-1111-4111-8111-111111111111", secret: "first-secret-of-the-test" },
        { id: "22222222-2222-4222-8222-222222222222", secret: "second-secret-of-the-test", scopes: ["GET /invoices*"] },
      ],
    });
    onTestFinished(() => emulator.close());
    // Inside this package, so that the compiler resolves the program's imports.
    const root = await mkdtemp(join(import.meta.dirname, "chain-"));
    onTestFinished(() => rm(root, { recursive: true }));
    await copySettings(root);
    await cp(join(repository, "packages/types/src/common"), join(root, "packages/types/src/common"), {
      recursive: true,
    });
    expect(await addClient(root, "billing")).toEqual(["QBENCH_URL", "BILLING_CLIENT_ID", "BILLING_CLIENT_SECRET"]);
    const [first, second] = emulator.clients.list();
    const env = {
      QBENCH_URL: emulator.url,
      QBENCH_CLIENT_ID: first?.id,
      QBENCH_CLIENT_SECRET: first?.secret,
      BILLING_CLIENT_ID: second?.id,
      BILLING_CLIENT_SECRET: second?.secret,
    };
    expect(await pullClient({ root, env })).toMatchObject({ client: "main", operations: 169 });
    expect(await pullClient({ root, env, client: "billing" })).toMatchObject({
      file: "openapi/billing.json",
      operations: 8,
    });
    const changeset = await writeChangeset({ root, client: "billing", isFirst: false, changes: undefined });
    expect(await readFile(join(root, changeset ?? ""), "utf8")).toBe(
      '---\n"@qbench-sdk/types": minor\n---\n\nThe API of `billing` is new, as `@qbench-sdk/types/billing`.\n',
    );
    await generatePackage(root);
    await writeFile(join(root, "program.ts"), program);
    expect(await compile(root, { extends: "../../tsconfig.json", files: ["program.ts"], include: [] })).toEqual([]);
  });

  it.each([
    "main",
    "../main",
    "Billing",
    "index",
    "built-in",
    "names",
    "outline",
    "clients",
    "common",
    "a b",
    "__proto__",
  ])("openapi:add rejects the name %s", async name => {
    const root = await emptyRoot();
    const before = await readFile(join(root, "openapi/clients.json"), "utf8");
    await expect(addClient(root, name)).rejects.toMatchObject({ name: "CommandError" });
    expect(await readFile(join(root, "openapi/clients.json"), "utf8")).toBe(before);
  });
});
