import { existsSync, globSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import type { JsonObject } from "../document/model/json.ts";
import { buildSite } from "../reference/build-site.ts";
import { generateTypes } from "../types/generate-types.ts";
import { findBrokenPages } from "./support/crawl-site.ts";
import { type Reply, repository, serve } from "./support/repository.ts";

// Building the whole site takes about 10 s of a core.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "qbench-site-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files by path, and returns their folder. */
async function writeFiles(files: Record<string, string | object>): Promise<string> {
  const folder = await temporaryFolder();
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
  }
  return folder;
}

const jsonOf = (schema: JsonObject): JsonObject => ({ content: { "application/json": { schema } } });

/** A document with one list, whose descriptions the test chooses. */
const documentWith = (description: string): JsonObject => ({
  openapi: "3.0.3",
  info: { title: "Lab", version: "1" },
  paths: {
    "/qbench/api/v2/orders": {
      get: {
        operationId: "listOrders",
        summary: description,
        responses: { 200: { description: "OK", ...jsonOf({ $ref: "#/components/schemas/Order" }) } },
      },
    },
  },
  components: {
    schemas: { Order: { type: "object", properties: { id: { type: "integer", description }, state: {} } } },
  },
});

/** Writes a repository with the package `@qbench-sdk/lab`, the types of two API clients, and a guide. */
async function createRepository({
  source = "/** Is the version. */\nexport const version = 1;\n",
  readme = "# @qbench-sdk/lab\n",
  description = "An order.",
  company = {},
}: {
  source?: string;
  readme?: string;
  description?: string;
  company?: object;
}): Promise<string> {
  const document = documentWith(description);
  const compilerOptions = { target: "es2023", lib: ["es2023"], module: "nodenext", strict: true };
  const lab = { name: "@qbench-sdk/lab", version: "0.0.0", exports: { ".": { types: "./dist/index.d.ts" } } };
  const types = { ...lab, name: "@qbench-sdk/types", exports: { "./*": { types: "./dist/*.d.ts" } } };
  const settings = { url: "URL", clientId: "ID", clientSecret: "SECRET" };
  const folder = await writeFiles({
    "README.md": "# Lab\n\n## Start\n\nSee the [guide](docs/qbench-api.md#2-limits) and [the package](packages/lab).\n",
    "docs/qbench-api.md":
      "# Guide\n\n## 2. Limits\n\nInstall `@qbench-sdk/lab`. See [its source](../packages/lab/src/index.ts).\n",
    "company.json": { scope: "@acme", ...company },
    "tsconfig.base.json": { compilerOptions },
    "openapi/clients.json": { clients: { main: settings, portal: settings } },
    "openapi/main.json": document,
    "openapi/portal.json": document,
    "packages/lab/package.json": lab,
    "packages/lab/README.md": readme,
    "packages/lab/src/index.ts": source,
    "packages/types/package.json": types,
    "packages/types/src/main.ts": await generateTypes("main", document),
    "packages/types/src/portal.ts": await generateTypes("portal", document),
  });
  await cp(join(repository, "openapi/clients.schema.json"), join(folder, "openapi/clients.schema.json"));
  await cp(join(repository, "packages/types/src/common"), join(folder, "packages/types/src/common"), {
    recursive: true,
  });
  return folder;
}

describe("the reference of a small repository", () => {
  it("is not written while exports and members lack a docstring, or a link leads nowhere", async () => {
    const root = await createRepository({
      source: `
        export const version = 1;
        /** Holds settings. */
        export interface Settings {
          url: string;
          /** In milliseconds. */
          timeoutMs: number;
          type: "lab";
        }
        /** Reads {@link Missing}, and returns ![a picture](picture.png). @throws {QBenchError} if it fails */
        export function read(settings: { url: string }): Hidden { return settings; }
        interface Hidden { url: string }
      `,
    });
    await writeFile(join(root, "packages/lab/src/picture.png"), "");
    await writeFile(join(root, "docs/recipes.md"), "# Recipes\n\nSee [the rest](rest.md).\n");
    expect(await buildSite(root, join(root, "site"))).toEqual([
      expect.stringContaining("rest.md is not a file"),
      expect.stringContaining('"Missing"'),
      "@acme/qbench-lab.version has no docstring (packages/lab/src/index.ts).",
      "@acme/qbench-lab.Settings.url has no docstring (packages/lab/src/index.ts).",
      "Hidden is not exported, but @acme/qbench-lab.read refers to it.",
      `A link leads to ${join(root, "packages/lab/src/picture.png")}, which is not in the site.`,
    ]);
    expect(existsSync(join(root, "site"))).toBe(false);
  });

  it("has the types of each API client, the published names, links to the company's repository, and sections that docstrings cite", async () => {
    const root = await createRepository({
      source: "/** Limits requests (docs/qbench-api.md §2). */\nexport const limit = 1;\n",
      readme:
        "# @qbench-sdk/lab\n\nSee [the start](../../README.md#start), [the guide](../../docs/qbench-api.md), [a file](src/index.ts) and [the types](../types).\n",
      company: { repository: "https://git.example/acme/qbench" },
    });
    const site = join(root, "site");
    expect(await buildSite(root, site)).toEqual([]);
    expect(findBrokenPages(site)).toEqual([]);
    const [guide, module, limit, resources] = await Promise.all(
      ["Guide", "_acme/qbench-lab", "_acme/qbench-lab/limit", "_acme/qbench-types/portal/Resources"].map(page =>
        readFile(join(site, `${page}.html`), "utf8"),
      ),
    );
    expect(guide).toContain("<code>@acme/qbench-lab</code>");
    expect(guide).toContain('href="https://git.example/acme/qbench/blob/HEAD/packages/lab/src/index.ts"');
    expect(module).toContain('href="https://git.example/acme/qbench/tree/HEAD/packages/types"');
    expect(module).toContain('href="../index.html#start"');
    expect(limit).toContain('<a href="../../Guide.html#2-limits">docs/qbench-api.md §2</a>');
    expect(resources).toContain("<code>GET /qbench/api/v2/orders</code>");
    expect([guide, module, limit, resources].join()).not.toContain("@qbench-sdk");
  });

  it("shows the texts of a server as texts, and copies no file that they name", async () => {
    const root = await createRepository({
      description:
        "@internal <script>alert(1)</script> {@include ../../../.env} {@link Missing} | [a](../../../.env) `b` @x\n\n[c]: .env",
    });
    await writeFile(join(root, ".env"), "QBENCH_CLIENT_SECRET=not-for-readers");
    const site = join(root, "site");
    expect(await buildSite(root, site)).toEqual([]);
    const pages = globSync("**/*", { cwd: site, withFileTypes: true }).filter(file => file.isFile());
    const texts = await Promise.all(pages.map(page => readFile(join(page.parentPath, page.name), "utf8")));
    expect(texts.join()).not.toMatch(/not-for-readers|<script>alert/);
    expect(texts.filter(text => text.includes("{@include ../../../.env}")).length).toBeGreaterThan(1);
    expect(findBrokenPages(site)).toEqual([]);
  });

  it("replaces an older site, and never other files", async () => {
    const root = await createRepository({});
    const site = join(root, "site");
    await buildSite(root, site);
    await writeFile(join(site, "old.html"), "");
    expect(await buildSite(root, site)).toEqual([]);
    expect(existsSync(join(site, "old.html"))).toBe(false);
    for (const path of [root, join(root, "README.md")])
      await expect(buildSite(root, path)).rejects.toThrow(`${path} is neither a site nor an empty folder.`);
    expect(existsSync(join(root, "README.md"))).toBe(true);
  });
});

describe("a search for broken pages", () => {
  it("finds links to missing files, anchors and folders, and parts on another server", async () => {
    const site = await writeFiles({
      "index.html":
        '<h1 id="top">Lab</h1><a href="a/b.html#top">b</a><a href="#low">low</a><img src="c.png"><a href="https://lab.example/x">x</a><script src="//lab.example/y.js"></script>',
      "a/b.html":
        '<p id="top"><a href="../index.html#top">up</a><a href="index.html">none</a><a href="../">all</a></p>',
    });
    expect(findBrokenPages(site)).toEqual([
      "index.html: #low has no such anchor",
      "index.html: c.png does not exist",
      "index.html: //lab.example/y.js is on another server",
      "a/b.html: index.html does not exist",
      "a/b.html: ../ is a folder",
    ]);
  });
});

const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
const browserPresent = existsSync(executablePath);
if (!browserPresent)
  console.log("Skipped: the reference in a browser. Install Debian's chromium, or set CHROMIUM_PATH.");

describe("the reference of this repository", () => {
  let site: string;
  let problems: string[];
  beforeAll(async () => {
    site = await mkdtemp(join(tmpdir(), "qbench-site-"));
    problems = await buildSite(repository, site);
  });
  afterAll(() => rm(site, { recursive: true }));

  it("describes every export of every published package, and has no broken link", () => {
    expect(problems).toEqual([]);
    expect(findBrokenPages(site)).toEqual([]);
  });

  describe.skipIf(!browserPresent && !process.env.CI)("in a browser", () => {
    let browser: Browser;
    let page: Page;
    beforeAll(async () => {
      // The site is written only without problems.
      expect(problems).toEqual([]);
      browser = await chromium.launch({
        executablePath,
        timeout: 120_000,
        args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"],
      });
      page = await browser.newPage();
      page.setDefaultTimeout(120_000);
    });
    afterAll(() => browser?.close());

    it("finds createQBenchClient, and needs no other server", async () => {
      const files = globSync("**/*.*", { cwd: site });
      const { url, requests } = await serve(
        Object.fromEntries(await Promise.all(files.map(async file => [`/${file}`, await replyWith(join(site, file))]))),
      );
      const asked: string[] = [];
      const complaints: string[] = [];
      page.on("request", request => asked.push(request.url()));
      page.on("console", message => complaints.push(message.text()));
      page.on("pageerror", error => complaints.push(error.message));
      await page.goto(`${url}/index.html`);
      await page.locator("#tsd-search-trigger").click();
      await page.locator("#tsd-search-input").fill("createQBenchClient");
      await page.locator("#tsd-search-results a").first().click();
      await page.locator("h1").filter({ hasText: "createQBenchClient" }).waitFor();
      expect(complaints).toEqual([]);
      expect(asked.filter(address => !address.startsWith(url) && !address.startsWith("data:"))).toEqual([]);
      expect(requests.length).toBeGreaterThan(5);
    });

    it.for([390, 1280])("has no page that is wider than a window of %i pixels", async width => {
      await page.setViewportSize({ width, height: 1000 });
      // The widest tables, lines of code and names.
      const pages = [
        "index.html",
        "Recipes.html",
        "Troubleshooting.html",
        ...globSync("**/Resources.html", { cwd: site }),
      ];
      for (const path of pages) {
        await page.goto(pathToFileURL(join(site, path)).href);
        expect([path, await page.evaluate("document.documentElement.scrollWidth")]).toEqual([path, width]);
      }
    });
  });
});

const types: Record<string, string> = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
};

const replyWith = async (file: string): Promise<Reply> => ({
  headers: { "Content-Type": types[extname(file)] ?? "application/octet-stream" },
  body: await readFile(file),
});
