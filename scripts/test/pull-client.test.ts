import { execFile } from "node:child_process";
import { readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { startEmulator } from "@qbench-sdk/emulator";
import { describe, expect, it, onTestFinished } from "vitest";
import { changesSince } from "../clients/changes-since.ts";
import { pullClient } from "../clients/pull-client.ts";
import { writeChangeset } from "../clients/write-changeset.ts";
import {
  copyCommands,
  emptyRoot,
  environmentOf,
  readMain,
  repository,
  serve,
  tinyDocument,
} from "./support/repository.ts";

async function emulate(options: Parameters<typeof startEmulator>[0] = {}) {
  const emulator = await startEmulator(options);
  onTestFinished(() => emulator.close());
  return emulator;
}

describe("Pulling from a docs page", () => {
  it("writes the API client's document, and reports what was repaired", async () => {
    const root = await emptyRoot();
    const emulator = await emulate({ padding: true });
    const result = await pullClient({ root, env: environmentOf(emulator) });
    expect(result).toMatchObject({ client: "main", file: "openapi/main.json", operations: 169, changed: true });
    expect(result.findings).toEqual(
      expect.arrayContaining([
        { what: "padding key removed", count: 1 },
        { what: "empty responses described", count: 8 },
        { what: "secrets removed", count: 1 },
      ]),
    );
  });

  it("writes only the operations in the client's scopes", async () => {
    const root = await emptyRoot();
    const emulator = await emulate({ clients: [{ scopes: ["GET /orders*"] }] });
    await pullClient({ root, env: environmentOf(emulator) });
    const paths = Object.keys(JSON.parse(await readMain(root)).paths).filter(path => !path.includes("/auth/"));
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.every(path => path.startsWith("/qbench/api/v2/orders"))).toBe(true);
  });

  it("writes no secrets, although the page contains a valid assertion", async () => {
    const root = await emptyRoot();
    const emulator = await emulate();
    const env = environmentOf(emulator);
    const [client] = emulator.clients.list();
    const page = `${emulator.url}/qbench/api/v2/docs/openapi/${client?.id}/openapi.json`;
    expect(await (await fetch(page)).text()).toMatch(/"example":"eyJ[\w-]+\.[\w-]+\.[\w-]+"/);
    await pullClient({ root, env });
    const text = await readMain(root);
    expect(text).not.toContain("eyJ");
    expect(text).not.toContain(client?.secret);
  });

  it("gets an access token if the page rejects a request without one", async () => {
    const root = await emptyRoot();
    const emulator = await emulate({ docs: "bearer" });
    await pullClient({ root, env: environmentOf(emulator) });
    expect(emulator.stats.exchanges).toBe(1);
    const { QBENCH_CLIENT_SECRET: _, ...withoutSecret } = environmentOf(emulator);
    await expect(pullClient({ root, env: withoutSecret })).rejects.toThrow("Set QBENCH_CLIENT_SECRET");
  });

  it("sends the user's cookie to a page that needs a session, and names the variable if it is missing", async () => {
    const root = await emptyRoot();
    const emulator = await emulate({ docs: "session" });
    const env = environmentOf(emulator);
    await expect(pullClient({ root, env })).rejects.toThrow(/login page.*QBENCH_DOCS_COOKIE/);
    const result = await pullClient({ root, env: { ...env, QBENCH_DOCS_COOKIE: `a=b; ${emulator.sessionCookie}` } });
    expect(result.operations).toBe(169);
  });

  it("sends no credentials to another host, whether a page or a redirect names it", async () => {
    const root = await emptyRoot();
    const other = await serve({ "/spec.json": tinyDocument("elsewhere") });
    const page = (body: string) => ({ body });
    const site = await serve({
      "/qbench/api/v2/docs/openapi/id": page(`<script>SwaggerUIBundle({ url: "${other.url}/spec.json" })</script>`),
      "/redirected": { status: 307, headers: { Location: `${other.url}/spec.json` } },
    });
    const env = {
      QBENCH_URL: site.url,
      QBENCH_CLIENT_ID: "id",
      QBENCH_CLIENT_SECRET: "s3cret-value",
      QBENCH_DOCS_COOKIE: "session=abcdefgh",
    };
    await pullClient({ root, env });
    await pullClient({ root, env, from: `${site.url}/redirected` });
    expect(site.requests.map(({ headers }) => headers.cookie)).toEqual(["session=abcdefgh", "session=abcdefgh"]);
    expect(other.requests).toHaveLength(2);
    for (const { headers } of other.requests) {
      expect(headers).not.toHaveProperty("cookie");
      expect(headers).not.toHaveProperty("authorization");
    }
  });

  it("leaves the committed document unchanged if a step fails", async () => {
    const root = await emptyRoot();
    await writeFile(join(root, "openapi/main.json"), "before");
    const emulator = await emulate({ faults: [{ on: "docs", malformed: true }] });
    await expect(pullClient({ root, env: environmentOf(emulator) })).rejects.toMatchObject({ name: "CommandError" });
    expect(await readMain(root)).toBe("before");
  });
});

describe("The written document", () => {
  it("pulling the same document again does not touch the file", async () => {
    const root = await emptyRoot();
    const file = join(root, "openapi/main.json");
    const emulator = await emulate();
    await pullClient({ root, env: environmentOf(emulator) });
    const first = await readMain(root);
    await utimes(file, 1, 1);
    expect(await pullClient({ root, env: environmentOf(emulator) })).toMatchObject({ changed: false });
    expect((await stat(file)).mtimeMs).toBe(1000);
    expect(await pullClient({ root, env: {}, from: file })).toMatchObject({ changed: false });
    expect(await readMain(root)).toBe(first);
  });

  it("the written document does not depend on the order of the source's keys", async () => {
    const [one, other] = [await emptyRoot(), await emptyRoot()];
    const backwards = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(backwards)
        : typeof value === "object" && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .toReversed()
                .map(([key, child]) => [key, backwards(child)]),
            )
          : value;
    const emulator = await emulate();
    await pullClient({ root: one, env: environmentOf(emulator) });
    const document: unknown = JSON.parse(await readMain(one));
    const turned = join(other, "turned.json");
    await writeFile(turned, JSON.stringify(backwards(document)));
    await pullClient({ root: other, env: {}, from: turned });
    expect(await readMain(other)).toBe(await readMain(one));
  });

  it("a document of the emulator in openapi/main.json is what a pull from the emulator writes", async () => {
    const root = await emptyRoot();
    await pullClient({ root, env: environmentOf(await emulate()) });
    const pulled = await readMain(root);
    expect(JSON.parse(pulled)["x-source"]).toBe("qbench-sdk/emulator");
    // After the pull from a tenant, the file has the document of the tenant.
    const committed = await readMain(repository).catch(() => "{}");
    expect(JSON.parse(committed)["x-source"] === undefined ? pulled : committed).toBe(pulled);
  });

  it.each([
    ["an example", { example: "SECRET" }, {}],
    ["a default", { default: "SECRET", type: "string" }, { type: "string" }],
    ["a bearer token", { "x-header": "Bearer SECRET" }, {}],
    ["the middle of a text", { description: "Use SECRET here" }, { description: "Use [removed] here" }],
  ])("the written document has no secret in %s", async (_, schema, expected) => {
    const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhYmMifQ.c2lnbmF0dXJl";
    for (const secret of [jwt, "the-client-secret"]) {
      const root = await emptyRoot();
      const document = { ...JSON.parse(tinyDocument()), components: { schemas: { Form: schema } } };
      const file = join(root, "given.json");
      await writeFile(file, JSON.stringify(document).replaceAll("SECRET", secret));
      const env = { QBENCH_CLIENT_SECRET: "the-client-secret" };
      await pullClient({ root, env, from: file });
      expect(JSON.parse(await readMain(root)).components.schemas.Form).toEqual(expected);
    }
  });
});

describe("What changed since the last pull", () => {
  const field = (name: string) => ({ type: "object", properties: { [name]: { type: "string" } } });
  const document = (name: string, more: object = {}) => ({
    ...JSON.parse(tinyDocument()),
    paths: {
      "/things": {
        get: { responses: { 200: { description: "OK", content: { "application/json": { schema: field(name) } } } } },
      },
    },
    ...more,
  });
  const pullFrom = async (root: string, given: object) => {
    const file = join(root, "given.json");
    await writeFile(file, JSON.stringify(given));
    return pullClient({ root, env: {}, from: file });
  };

  it("does not compare the first document of a tenant with the document of the emulator", async () => {
    const root = await emptyRoot();
    await pullClient({ root, env: environmentOf(await emulate()) });
    expect(JSON.parse(await readMain(root))["x-source"]).toBe("qbench-sdk/emulator");
    const first = await pullFrom(root, document("colour"));
    expect(first).toMatchObject({ changed: true, changes: undefined });
    const second = await pullFrom(root, document("size"));
    expect(second.changes?.map(({ bump, what }) => `${bump}: ${what}`)).toEqual([
      "major: was removed",
      "minor: is new",
    ]);
  });

  it("keeps the document of a tenant if a docs page or a file has the document of an emulator", async () => {
    const root = await emptyRoot();
    await pullFrom(root, document("colour"));
    const before = await readMain(root);
    const emulator = await emulate();
    await expect(pullClient({ root, env: environmentOf(emulator) })).rejects.toThrow(
      /^openapi\/main\.json has the document of a tenant, and http:.* has the one of an emulator\. Set QBENCH_URL to the tenant\./,
    );
    await expect(pullFrom(root, document("size", { "x-source": "qbench-sdk/emulator" }))).rejects.toThrow(
      "Pass the document of the tenant with --from. To replace the tenant's document, remove openapi/main.json first.",
    );
    expect(await readMain(root)).toBe(before);
    await rm(join(root, "openapi/main.json"));
    expect(await pullClient({ root, env: environmentOf(emulator) })).toMatchObject({ operations: 169 });
  });

  it("compares two documents of the emulator", async () => {
    const root = await emptyRoot();
    const mark = { "x-source": "qbench-sdk/emulator" };
    await pullFrom(root, document("colour", mark));
    expect((await pullFrom(root, document("size", mark))).changes).toHaveLength(2);
  });

  it("prints all changes of a document since the last commit, or since the one before it", async () => {
    const root = await emptyRoot();
    const git = (...args: string[]) =>
      promisify(execFile)("git", ["-c", "user.name=a", "-c", "user.email=a@b.test", ...args], { cwd: root });
    await git("init", "--quiet");
    await pullFrom(root, document("colour"));
    await git("add", "openapi");
    await git("commit", "--quiet", "--message", "First");
    await pullFrom(root, document("size"));
    expect(await changesSince(root)).toMatchObject({
      file: "openapi/main.json",
      commit: "HEAD",
      changes: { length: 2 },
    });
    await git("commit", "--quiet", "--all", "--message", "Second");
    expect(await changesSince(root)).toMatchObject({
      commit: expect.stringMatching(/^[0-9a-f]+\^$/),
      changes: { length: 2 },
    });
    expect((await changesSince(root, "main", "HEAD")).changes).toEqual([]);
    await expect(changesSince(root, "main", "HEAD~7")).rejects.toThrow("Name another one with --since.");
  });

  it("prints and writes no control characters of a document", async () => {
    const root = await emptyRoot();
    const evil = "colour\u001b[2J\u001b]0;owned\u0007\u009b1m\r\u202e";
    await pullFrom(root, document("size"));
    const { changes } = await pullFrom(root, document(evil));
    const changeset = await writeChangeset({ root, client: "main", isFirst: true, changes });
    const text = await readFile(join(root, changeset ?? ""), "utf8");
    expect(text).toContain("colour");
    expect(text).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    const commands = await copyCommands();
    onTestFinished(() => rm(commands, { recursive: true }));
    const file = join(commands, "copy.json");
    const main = JSON.parse(await readMain(commands));
    main.components.schemas.Order.properties[evil] = { type: "string" };
    await writeFile(file, JSON.stringify(main));
    const printed = await promisify(execFile)(process.execPath, [
      join(commands, "scripts/check.ts"),
      "--from",
      file,
    ]).catch((error: { stdout: string; stderr: string }) => error);
    expect(printed.stdout).toContain("`Order.colour` is new");
    expect(printed.stdout + printed.stderr).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
  });
});

describe("The list of clients", () => {
  const pullWith = async (clients: unknown) => {
    const root = await emptyRoot();
    await writeFile(
      join(root, "openapi/clients.json"),
      typeof clients === "string" ? clients : JSON.stringify(clients),
    );
    return pullClient({ root, env: {} });
  };
  const client = { url: "A_URL", clientId: "AN_ID", clientSecret: "A_SECRET" };

  it.each([
    [
      "lacks a variable",
      { clients: { main: { url: "A_URL", clientSecret: "A_SECRET" } } },
      /clients\.json is not valid at .*clientId/,
    ],
    ["has a client whose name is a path", { clients: { "../evil": client } }, /clients\.json is not valid at/],
    ["has a client with a reserved name", { clients: { index: client } }, /clients\.json is not valid at/],
    [
      "has a value instead of a variable's name",
      { clients: { main: { ...client, clientSecret: "s3cret" } } },
      /clients\.json is not valid at/,
    ],
    ["is empty", { clients: {} }, /clients\.json is not valid at/],
    ["is not JSON", "{", /clients\.json is not valid JSON/],
  ])("rejects a list of clients that %s", async (_, clients, message) => {
    await expect(pullWith(clients)).rejects.toMatchObject({
      name: "CommandError",
      message: expect.stringMatching(message),
    });
  });

  it("names the variables that the list of clients defines", async () => {
    await expect(pullWith({ clients: { lims: client } })).rejects.toThrow("A_URL is not set");
  });
});
