import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readProjectRecipes } from "../src/project-page.ts";
import { createProjects, entriesOf, type Project, type Projects } from "../src/projects.ts";
import type { Outcome } from "../src/run.ts";
import { compilers, settings } from "../src/service.ts";

const page = await readFile(join(import.meta.dirname, "../../../../docs/projects.md"), "utf8");
const recipes = readProjectRecipes(page, "TypeScript");

/** The tools that the page names, in the versions that are tested. */
const versions: Readonly<Record<string, string>> = {
  "@babel/core": "7.29.13",
  "@babel/preset-env": "7.29.14",
  "@babel/preset-typescript": "7.29.7",
  "@jest/globals": "30.5.2",
  "@rollup/plugin-node-resolve": "16.0.3",
  "@rollup/plugin-typescript": "12.3.1",
  "@types/node": "24.19.2",
  "@types/react": "19.3.0",
  esbuild: "0.28.2",
  jest: "30.5.2",
  next: "16.4.6",
  react: "19.3.1",
  "react-dom": "19.3.1",
  rollup: "4.68.8",
  "ts-jest": "29.4.15",
  "ts-loader": "9.6.2",
  tslib: "2.9.1",
  typescript: "5.9.3",
  vite: "8.4.0",
  webpack: "5.113.0",
  "webpack-cli": "7.3.1",
};

const named = recipes.flatMap(({ commands }) =>
  commands.flatMap(command => /^npm install (?:--save-dev )?(.+)$/.exec(command)?.[1]?.split(" ") ?? []),
);

const tools = [
  ...[...new Set(named)].map(name => `${name}@${versions[name]}`),
  "@cloudflare/workers-types@5.20261117.1",
  "@opentelemetry/api@1.9.0",
  ...Object.entries(compilers).map(([name, version]) => `${name}@${version}`),
  `node20@npm:node-${process.platform}-${process.arch}@20.19.0`,
  `node22@npm:node-${process.platform}-${process.arch}@22.13.0`,
];

/** Versions of Node that load ES modules by `require`, with the names of their folders. */
const runtimes: readonly [version: string, folder?: string][] = [
  ["Node 20.19", "node20"],
  ["Node 22.13", "node22"],
  ["the Node that runs the tests"],
];

interface Emulator {
  url: string;
  clients: { create(): { id: string; secret: string } };
  close(): Promise<void>;
}

let projects: Projects;
let emulator: Emulator;
/** The environment variables of the client. */
let connection: Record<string, string>;

beforeAll(async () => {
  projects = await createProjects("@acme", tools);
  const module = join(projects.modules, "@acme/qbench-emulator/dist/index.js");
  const { startEmulator }: { startEmulator(): Promise<Emulator> } = await import(module);
  emulator = await startEmulator();
  const { id, secret } = emulator.clients.create();
  connection = { QBENCH_URL: emulator.url, QBENCH_CLIENT_ID: id, QBENCH_CLIENT_SECRET: secret };
}, 300_000);

afterAll(async () => {
  await emulator.close();
  await projects.close();
}, 60_000);

const renamed = (files: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [path, projects.rename(text)]));

const folderName = (title: string): string => title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");

function recipeOf(title: string): (typeof recipes)[number] {
  const found = recipes.find(recipe => recipe.title === title);
  if (!found) throw new Error(`docs/projects.md has no commands in a section ${title}.`);
  return found;
}

/** Creates the project of a section of the page. */
const createRecipe = (title: string): Promise<Project> =>
  projects.create(folderName(title), renamed(recipeOf(title).files));

/** Runs the commands of a section, except for those that install, and returns their output. */
async function runRecipe(title: string, project: Project, runtime?: string): Promise<string> {
  let all = "";
  for (const command of recipeOf(title).commands) {
    if (command.startsWith("npm install") || command === "npx next start") continue;
    all += expectSuccess(await project.run(command.replace("npx ", ""), connection, runtime), command);
  }
  return all;
}

function expectSuccess({ code, output }: Outcome, command = ""): string {
  expect(code, `${command}\n${output}`).toBe(0);
  return output;
}

/** What `src/main.ts` prints: the id and the state of an order, and the id of its latest report. */
const order = /^1 [A-Z ]+ \d+$/gm;

const compilerOptions = {
  noEmit: true,
  strict: true,
  skipLibCheck: false,
  target: "ES2023",
  lib: ["ES2023"],
  types: ["node"],
};

/** Creates a project with the files of a program, and returns a function that compiles it. */
async function createProgram(name: string, files: Readonly<Record<string, string>>) {
  const project = await projects.create(name, renamed(files));
  return async (compiler: string, options: Readonly<Record<string, unknown>>): Promise<Outcome> => {
    const config = { compilerOptions: { ...compilerOptions, ...options }, files: Object.keys(files) };
    await writeFile(join(project.folder, "tsconfig.json"), JSON.stringify(config));
    return project.run(`node ${join(projects.modules, compiler, "bin/tsc")}`);
  };
}

/** Returns a program that imports all entries of all packages. */
async function importAll(): Promise<{ "all.ts": string }> {
  const entries = (await Promise.all(projects.packages.map(name => entriesOf(projects.modules, name)))).flat();
  expect(entries.length).toBeGreaterThan(10);
  const imports = entries.map((entry, index) => `import * as entry${index} from "${entry}";`);
  const used = entries.map((_, index) => `entry${index}`);
  return { "all.ts": `${imports.join("\n")}\nexport const all = [${used}];\n` };
}

const program = `
import { createQBenchClient, type QBenchClient } from "@qbench-sdk/client";
import { latestReport } from "@qbench-sdk/client/reports";
import type { Order, OrderCreate } from "@qbench-sdk/types";

export async function find(client: QBenchClient, id: number): Promise<Order[]> {
  const order: Order = await client.orders.get(id);
  const draft: OrderCreate = { customer_account_id: 1 };
  const created: Order[] = await client.orders.create([draft]);
  const listed: Order[] = await client.orders.list({ ids: [id] }).toArray();
  const report: number | undefined = (await latestReport(client.orders, id))?.id;
  console.log(report);
  // @ts-expect-error the field is not declared
  order.stat;
  // @ts-expect-error the field is not declared
  client.orders.create([{ customer_account_id: 1, stat: "" }]);
  return [order, ...created, ...listed];
}

export async function findDate(id: number): Promise<Date | null | undefined> {
  const { date_created, state } = await createQBenchClient({ dates: "Date" }).orders.get(id);
  const text: string | null | undefined = state;
  console.log(text);
  return date_created;
}
`;

describe("Installation without a registry", { timeout: 300_000, concurrent: true }, () => {
  const main = `
import { createQBenchClient } from "@qbench-sdk/client";
console.log((await createQBenchClient().orders.get(1)).id);
`;
  const use = async (project: Project) =>
    expect(expectSuccess(await project.run("node main.js", connection))).toBe("1\n");

  it("npm installs the tarballs in one command, and again from the lockfile", async () => {
    const project = await projects.createEmpty(renamed({ "main.js": main }));
    expectSuccess(await project.run("npm install --prefer-offline ./vendor/*.tgz"));
    await use(project);
    await rm(join(project.folder, "node_modules"), { recursive: true });
    expectSuccess(await project.run("npm ci --prefer-offline"));
    await use(project);
  });

  it("pnpm installs the tarballs with overrides for what they depend on, and again from the lockfile", async () => {
    const overrides = ["@acme/qbench-auth", "@acme/qbench-client", "@acme/qbench-types"].map(
      name => `  "${name}": file:vendor/${projects.tarballs.get(name)}\n`,
    );
    const workspace = `overrides:\n${overrides.join("")}`;
    const project = await projects.createEmpty(renamed({ "main.js": main, "pnpm-workspace.yaml": workspace }));
    expectSuccess(await project.run("npx --yes pnpm@12.21.0 add --prefer-offline ./vendor/*.tgz"));
    await use(project);
    await rm(join(project.folder, "node_modules"), { recursive: true });
    expectSuccess(await project.run("npx --yes pnpm@12.21.0 install --frozen-lockfile --prefer-offline"));
    await use(project);
  });
});

describe("The declarations of all entries", { timeout: 300_000, concurrent: true }, () => {
  it.each(settings)(
    "compile with %s under %s, without the DOM library and without skipLibCheck",
    async (compiler, module) => {
      const compile = await createProgram(`entries-${compiler}-${module}`, await importAll());
      const options = module === "bundler" ? { module: "esnext", moduleResolution: module } : { module };
      expect(await compile(compiler, options)).toEqual({ code: 0, output: "" });
    },
  );

  it.each([
    ["the library ES2020", { lib: ["ES2020"] }],
    [
      "the types of Cloudflare's Workers instead of those of Node",
      { lib: ["ES2022"], types: ["@cloudflare/workers-types"] },
    ],
  ])("compile with %s", async (name, options) => {
    const compile = await createProgram(folderName(name), await importAll());
    expect(await compile("ts7", { module: "nodenext", ...options })).toEqual({ code: 0, output: "" });
  });

  it("of the types package need no types of Node or of the DOM", async () => {
    const types =
      'import { dateFields } from "@qbench-sdk/types";\nexport const fields: readonly string[] = dateFields;\n';
    const compile = await createProgram("types", { "types.ts": types });
    expect(await compile("ts7", { module: "nodenext", types: [] })).toEqual({ code: 0, output: "" });
  });

  it.each(Object.keys(compilers))(
    "have the same types of records in a project without strict, with %s",
    async compiler => {
      const compile = await createProgram(`strict-${compiler}`, { "program.ts": program });
      for (const strict of compiler === "ts7" ? [true, false] : [false]) {
        expect(await compile(compiler, { module: "nodenext", strict })).toEqual({ code: 0, output: "" });
      }
    },
  );
});

describe("A CommonJS project", { timeout: 300_000, concurrent: true }, () => {
  it.each(runtimes)("can require every entry in %s, without a warning", async (version, runtime) => {
    const { "all.ts": all } = await importAll();
    const program = all
      .replaceAll(/import \* as (\w+) from (".+");/g, "const $1 = require($2);")
      .replace("export const all", "module.exports.all");
    const files = { "package.json": '{ "type": "commonjs" }', "all.js": program };
    const project = await projects.create(folderName(version), files);
    expect(await project.run("node all.js", connection, runtime)).toEqual({ code: 0, output: "" });
  });

  it("makes requests with the code of the page, in each version of Node", async () => {
    const project = await createRecipe("CommonJS");
    await runRecipe("CommonJS", project);
    for (const [version, runtime] of runtimes) {
      const outcome = await project.run("node main.js && node dist/main.js", connection, runtime);
      expect([version, outcome]).toEqual([version, { code: 0, output: expect.stringMatching(/^1\n1 [A-Z ]+ \d+\n$/) }]);
    }
  });

  it.each([
    ["ts5", "node20", []],
    ["ts5", "node16", ["orders.cts: TS1479", "orders.cts: TS1541"]],
    ["ts5", "commonjs", ["load.cts: TS2307", "orders.cts: TS2307"]],
    ["ts6", "node20", []],
    ["ts6", "commonjs", []],
    ["ts7", "node20", []],
    ["ts7", "nodenext", []],
    ["ts7", "preserve", []],
    ["ts7", "commonjs", []],
    ["ts7", "node16", ["orders.cts: TS1479", "orders.cts: TS1541"]],
    ["ts7", "node18", ["orders.cts: TS1479", "orders.cts: TS1541"]],
  ])("gets from %s under the module setting %s the errors of the page: %j", async (compiler, module, errors) => {
    const { "src/orders.ts": orders = "", "src/load-order.ts": load = "" } = recipeOf("CommonJS").files;
    const compile = await createProgram(`commonjs-${compiler}-${module}`, { "orders.cts": orders, "load.cts": load });
    const { output } = await compile(compiler, { module, skipLibCheck: true });
    const found = [...output.matchAll(/^(\S+)\(.+ error (TS\d+)/gm)].map(([, file, code]) => `${file}: ${code}`);
    expect([...new Set(found)].toSorted()).toEqual(errors);
  });
});

describe("The code of docs/projects.md", { timeout: 300_000 }, () => {
  it("names only tools whose versions are known, and each of its sections with commands has a test", () => {
    expect(named.filter(name => versions[name] === undefined)).toEqual([]);
    expect(recipes.map(({ title }) => title)).toEqual([
      "CommonJS",
      ...jest.map(([title]) => title),
      ...bundlers.map(([title]) => title),
      "Vite for a library",
      "Next.js",
      "AWS Lambda",
    ]);
  });

  const jest: readonly [title: string, runtime?: string][] = [
    ["On Node 24.9 or later"],
    ["With babel-jest on Node 20 and 22", "node20"],
    ["With ts-jest on Node 20 and 22", "node20"],
    ["In a project of ES modules", "node20"],
  ];
  it.concurrent.each(jest)("runs the test in Jest: %s", async (title, runtime) => {
    const output = await runRecipe(title, await createRecipe(title), runtime);
    expect(output).toMatch(/Tests: +1 passed, 1 total/);
  });

  const bundlers: readonly [title: string, outputs: number][] = [
    ["webpack", 1],
    ["Rollup", 1],
    ["esbuild", 2],
    ["Vite", 1],
  ];
  it.concurrent.each(bundlers)(
    "builds bundles with %s that make requests, without a warning",
    async (title, outputs) => {
      const output = await runRecipe(title, await createRecipe(title));
      expect(output).not.toMatch(/warn/i);
      expect(output.match(order)).toHaveLength(outputs);
    },
  );

  it.concurrent("builds a library with Vite that imports the packages", async () => {
    const project = await createRecipe("Vite for a library");
    expect(await runRecipe("Vite for a library", project)).not.toMatch(/warn/i);
    const main = recipeOf("Vite for a library").files["src/main.ts"] ?? "";
    await writeFile(join(project.folder, "main.js"), projects.rename(main).replace("./orders", "./dist/orders.js"));
    expect(expectSuccess(await project.run("node main.js", connection))).toMatch(order);
    expect(await readFile(join(project.folder, "dist/orders.js"), "utf8")).toContain('"@acme/qbench-client/reports"');
  });

  it.concurrent("builds a route with Next.js that makes requests, in the Edge runtime and in Node", async () => {
    const project = await createRecipe("Next.js");
    const route = projects.rename(recipeOf("Next.js").files["app/orders/[id]/route.ts"] ?? "");
    await projects.create("next-js", { "app/node/[id]/route.ts": route.replace('export const runtime = "edge";', "") });
    await runRecipe("Next.js", project);
    const server = await startNext(project);
    try {
      for (const path of ["orders", "node"]) {
        const response = await fetch(new URL(`${path}/1`, server.url));
        expect(await response.json()).toEqual({ id: 1, state: expect.any(String), reportId: expect.any(Number) });
      }
    } finally {
      await server.close();
    }
  });

  it.concurrent("builds a handler for AWS Lambda as an ES module and as CommonJS, which makes requests", async () => {
    const project = await createRecipe("AWS Lambda");
    await runRecipe("AWS Lambda", project);
    // As the Node runtime of Lambda does: `import` for .mjs and `require` for .cjs. The result is sent as JSON.
    const invoke = `
import { createRequire } from "node:module";
const [, , file] = process.argv;
const { handler } = file.endsWith(".cjs") ? createRequire(import.meta.url)(file) : await import(file);
const invocations = [await handler({ orderId: 1 }, {}), await handler({ orderId: 2 }, {})];
console.log(JSON.stringify(invocations.map(({ order }) => order.id)));
`;
    await writeFile(join(project.folder, "invoke.mjs"), invoke);
    for (const file of ["index.mjs", "index.cjs"]) {
      const { code, output } = await project.run(`node invoke.mjs ./dist/${file}`, connection, "node22");
      expect({ file, code, output }).toEqual({ file, code: 0, output: "[1,2]\n" });
    }
  });
});

describe("A bundle", { timeout: 120_000, concurrent: true }, () => {
  const esbuild = "esbuild main.js --bundle --log-level=warning --outfile=dist/main.mjs --format=esm";
  const everything = `
export * as client from "@qbench-sdk/client";
export * as mirror from "@qbench-sdk/client/mirror";
export * as reports from "@qbench-sdk/client/reports";
export * as worksheets from "@qbench-sdk/client/worksheets";
export * as auth from "@qbench-sdk/auth";
export * as redis from "@qbench-sdk/redis";
export * as types from "@qbench-sdk/types";
`;

  it.each(["neutral", "browser"])("for the platform %s loads no module of Node", async platform => {
    const project = await projects.create(`platform-${platform}`, renamed({ "main.js": everything }));
    expect(expectSuccess(await project.run(`${esbuild} --platform=${platform}`))).toBe("");
    const bundled = await readFile(join(project.folder, "dist/main.mjs"), "utf8");
    expect(bundled).toContain("createQBenchClient");
    expect(bundled).not.toMatch(/["']node:|\brequire\(|^import /m);
  });

  it("contains nothing of an import that the program does not use", async () => {
    const { "all.ts": all } = await importAll();
    const unused = all.replace(/^export .+/m, "export const used = 1;");
    const project = await projects.create("unused", { "main.js": unused });
    expectSuccess(await project.run(`${esbuild} --platform=node`));
    expect((await readFile(join(project.folder, "dist/main.mjs"), "utf8")).length).toBeLessThan(200);
  });

  it("shows the lines of the packages' sources in the stack of an error", async () => {
    const main = 'import { createQBenchClient } from "@qbench-sdk/client";\ncreateQBenchClient();\n';
    const project = await projects.create("sources", renamed({ "main.js": main }));
    expectSuccess(await project.run(`${esbuild} --platform=node --sourcemap`));
    for (const file of ["main.js", "dist/main.mjs"]) {
      const { code, output } = await project.run(`node --enable-source-maps ${file}`);
      expect(code).toBe(1);
      expect(output).toMatch(/@acme\/qbench-client\/src\/create-client\.ts:\d+/);
    }
  });

  it("can leave out the CommonJS dependency of the file store, as the page says", async () => {
    const main = `
import { fileTokenStore } from "@qbench-sdk/auth/file-token-store";
import { createQBenchClient } from "@qbench-sdk/client";
const client = createQBenchClient({ store: fileTokenStore("token.json") });
console.log((await client.orders.get(1)).id);
`;
    const project = await projects.create("file-store", renamed({ "main.js": main }));
    expectSuccess(await project.run(`${esbuild} --platform=node --external:proper-lockfile`));
    expect(expectSuccess(await project.run("node dist/main.mjs", connection))).toBe("1\n");
  });
});

/** Starts the server of a Next.js project on a free port. */
async function startNext({ folder }: Project): Promise<{ url: string; close(): Promise<void> }> {
  const child: ChildProcess = spawn(
    process.execPath,
    [join(projects.modules, "next/dist/bin/next"), "start", "--port", "0"],
    {
      cwd: folder,
      env: { ...process.env, ...connection, NODE_OPTIONS: "" },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk;
      const [found] = /http:\/\/localhost:[1-9]\d*/.exec(output) ?? [];
      if (found !== undefined && /Ready/.test(output)) resolve(found);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.on("exit", () => reject(new Error(`The server of Next.js ended:\n${output}`)));
  });
  return {
    url,
    async close() {
      const ended = once(child, "exit");
      child.kill();
      await ended;
    },
  };
}
