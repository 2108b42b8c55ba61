import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { chromium } from "playwright-core";
import { bundle } from "./bundle.ts";
import { engines } from "./install-engines.ts";
import type { Outcome } from "./run-tests.ts";

export interface Runtime {
  readonly name: string;
  /** Runs the tests in this runtime. Tests that need a server start it on the host with this address. */
  run(hostUrl: string): Promise<Outcome[]>;
  /** If the runtime is not installed, how to install it. */
  readonly missing?: string;
}

// Much longer than the tests take on a busy machine. The error names the runtime that hangs.
const TIME_LIMIT_MS = 300_000;

async function withTimeLimit<T>(name: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    const end = () => reject(new Error(`The tests did not finish in ${name} within ${TIME_LIMIT_MS / 60_000} minutes`));
    timer = setTimeout(end, TIME_LIMIT_MS);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

const engine = (path: string): string => join(engines, "node_modules", path);

async function withScript<T>(text: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "qbench-runtimes-"));
  try {
    await writeFile(join(folder, "all.test.mjs"), text);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

let serverTests: Promise<string> | undefined;

/** A runtime of servers, with the arguments by which its program runs a file. */
export interface ServerEngine {
  readonly name: string;
  readonly program: string;
  readonly args?: readonly string[];
}

export const serverEngines: readonly ServerEngine[] = [
  { name: "Node 20", program: engine("node20/bin/node") },
  { name: "Node 22", program: engine("node22/bin/node") },
  { name: "Node 24", program: engine("node24/bin/node") },
  { name: "Node 26", program: engine("node26/bin/node") },
  { name: "Bun", program: engine("bun/bin/bun.exe") },
  {
    name: "Deno",
    program: engine(`deno/deno${process.platform === "win32" ? ".exe" : ""}`),
    args: ["run", "--allow-all", "--quiet"],
  },
];

function onServer({ name, program, args = [] }: ServerEngine): Runtime {
  return {
    name,
    async run(hostUrl) {
      serverTests ??= bundle("on-server.ts", "node");
      return withScript(await serverTests, async folder => {
        const child = spawn(program, [...args, join(folder, "all.test.mjs"), hostUrl], {
          stdio: ["ignore", "pipe", "pipe"],
        });
        try {
          const streams = Promise.all([text(child.stdout), text(child.stderr)]);
          const [output, errors] = await withTimeLimit(name, streams);
          const outcomes = output.trimEnd().split("\n").at(-1);
          if (!outcomes?.startsWith("[")) throw new Error(`${name} printed no test outcomes:\n${errors || output}`);
          return JSON.parse(outcomes);
        } finally {
          child.kill("SIGKILL");
        }
      });
    },
  };
}

/** Renames the global objects of the matchers, because Jest and vitest define theirs under the same names. */
const bundleForTestRunner = async (): Promise<string> =>
  (await bundle("in-test-runner.ts", "node")).replaceAll('matchers-object"', 'suite-matchers-object"');

/** Runs the tests in a realm of their own, as test runners do. */
function inTestRunner(name: string, path: string, ...args: string[]): Runtime {
  return {
    name,
    run: async hostUrl =>
      withScript(await bundleForTestRunner(), async folder => {
        const outcomes = join(folder, "outcomes.json");
        const child = spawn(process.execPath, ["--experimental-vm-modules", path, ...args], {
          cwd: folder,
          env: { ...process.env, HOST_URL: hostUrl, OUTCOMES: outcomes },
          stdio: ["ignore", "pipe", "pipe"],
        });
        try {
          const streams = Promise.all([text(child.stdout), text(child.stderr)]);
          const output = await withTimeLimit(name, streams);
          return JSON.parse(
            await readFile(outcomes, "utf8").catch(() => {
              throw new Error(`${name} wrote no test outcomes:\n${output.join("\n")}`);
            }),
          );
        } finally {
          child.kill("SIGKILL");
        }
      }),
  };
}

const workerd: Runtime = {
  name: "workerd",
  run: async hostUrl =>
    withScript(await bundle("in-worker.ts", "browser"), async folder => {
      await writeFile(
        join(folder, "config.capnp"),
        `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "tests", worker = (
      modules = [(name = "all.test.mjs", esModule = embed "all.test.mjs")],
      compatibilityDate = "2026-11-01",
      globalOutbound = "network",
    )),
    (name = "network", network = (allow = ["public", "private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "tests")],
);`,
      );
      const child = spawn(engine("workerd/bin/workerd"), ["serve", "config.capnp", "--control-fd=3"], {
        cwd: folder,
        stdio: ["ignore", "inherit", "inherit", "pipe"],
      });
      try {
        return await withTimeLimit("workerd", fetchOutcomes(child, hostUrl));
      } finally {
        child.kill();
      }
    }),
};

async function fetchOutcomes(child: ChildProcess, hostUrl: string): Promise<Outcome[]> {
  const address = `http://127.0.0.1:${await listeningPort(child)}`;
  return (await fetch(address, { method: "POST", body: hostUrl })).json();
}

/** Returns the port that workerd listens on. workerd writes it to its control channel, as lines of JSON. */
async function listeningPort(child: ChildProcess): Promise<number> {
  let output = "";
  for await (const chunk of child.stdio[3] as AsyncIterable<Buffer>) {
    output += chunk;
    const port = /"port":\s*(\d+)/.exec(output)?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error("workerd exited before it listened on a port");
}

const chromiumPath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";

const page: Runtime = {
  name: "Chromium",
  ...(!existsSync(chromiumPath) && { missing: "install Chromium, or set CHROMIUM_PATH to its executable" }),
  async run(hostUrl) {
    // Containers provide little shared memory.
    const args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];
    const browser = await chromium.launch({ executablePath: chromiumPath, args });
    try {
      const tab = await browser.newPage();
      await tab.goto(hostUrl);
      await tab.waitForFunction("globalThis.runSuite");
      return await withTimeLimit("Chromium", tab.evaluate<Outcome[]>("runSuite()"));
    } finally {
      await browser.close();
    }
  },
};

export const runtimes: readonly Runtime[] = [
  ...serverEngines.map(onServer),
  inTestRunner("Jest", engine("jest/bin/jest.js"), '--config={"transform":{}}', "--rootDir=.", "--forceExit"),
  inTestRunner(
    "vitest with vmThreads",
    join(import.meta.dirname, "../node_modules/vitest/vitest.mjs"),
    "run",
    "--pool=vmThreads",
    "--globals",
  ),
  workerd,
  page,
];
