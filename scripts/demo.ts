/**
 * `npm start`: from a docs page to typed calls. On the built-in emulator, unless the variables of a tenant are set; then
 * only what reads is done there.
 */
import { spawn } from "node:child_process";
import { dirname } from "node:path";
import { CommandError, SignInError } from "./command/command-error.ts";
import { loadEnv } from "./command/load-env.ts";
import { createProgress } from "./command/progress.ts";
import { runCommand } from "./command/run-command.ts";

const root = dirname(import.meta.dirname);
/** So short that the demonstration outlives it. */
const tokenSeconds = 3;
/** So many that a killed export can go on in the middle, and so few that QBench's 300 calls a minute do. */
const tests = 7000;

const settings = ["QBENCH_URL", "QBENCH_CLIENT_ID", "QBENCH_CLIENT_SECRET"] as const;

/** Whether the variables of a tenant are set: all of them or none, since a part of them is a mistake. */
function hasTenant(env: NodeJS.ProcessEnv): boolean {
  const missing = settings.filter(name => !env[name]?.trim());
  if (missing.length === settings.length) return false;
  if (missing.length === 0) return true;
  throw new CommandError(
    `${missing.join(" and ")} missing: set all of ${settings.join(", ")}, or none for the emulator`,
  );
}

/** Runs a tool; its output is shown only when it fails. */
function runQuietly(command: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, shell: process.platform === "win32" });
    const output: Buffer[] = [];
    child.stdout.on("data", chunk => output.push(chunk));
    child.stderr.on("data", chunk => output.push(chunk));
    child.on("error", reject);
    child.on("close", code => {
      if (code === 0) return resolve();
      process.stderr.write(Buffer.concat(output));
      reject(new CommandError(`${[command, ...args].join(" ")} failed (${code})`));
    });
  });
}

/** Runs the example service, which speaks for itself; its exit code. */
function runService(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn("node", ["packages/example-service/src/demo.ts", ...args], {
      cwd: root,
      env,
      stdio: "inherit",
    });
    child.on("error", reject);
    child.on("close", code => resolve(code ?? 1));
  });
}

const build = (...packages: string[]): Promise<void> =>
  runQuietly("turbo", ["run", "build", "--output-logs=errors-only", ...packages.map(name => `--filter=${name}`)]);

await runCommand("npm start", async () => {
  const env = loadEnv(root);
  const tenant = hasTenant(env);
  const progress = createProgress("From a QBench docs page to a typed call");

  await progress.step("build the token source and the emulator", async () => {
    await build("@qbench-sdk/auth", "@qbench-sdk/emulator");
    return "packages/auth, packages/emulator";
  });
  let emulator: { url: string; close(): Promise<void> } | undefined;
  if (!tenant) {
    await progress.step("start the emulator", async () => {
      const { startEmulator } = await import("@qbench-sdk/emulator");
      const running = await startEmulator({ records: { tests }, tokens: { accessTokenSeconds: tokenSeconds } });
      const [client] = running.clients.list();
      emulator = running;
      env.QBENCH_URL = running.url;
      env.QBENCH_CLIENT_ID = client?.id;
      env.QBENCH_CLIENT_SECRET = client?.secret;
      return `a QBench of your own at ${running.url}`;
    });
  }
  try {
    const { pullClient } = await import("./clients/pull-client.ts");
    await progress.step("pull the API client's document from its docs page", async () => {
      try {
        const pulled = await pullClient({ env, root });
        const { operations, schemas, file, changed } = pulled;
        return `${operations} operations, ${schemas} schemas → ${file}${changed ? "" : " (unchanged)"}`;
      } catch (error) {
        // A tenant may keep its docs for people; its API is there all the same.
        if (!(error instanceof SignInError)) throw error;
        return `not pulled, going on with the document in openapi/ as it is: ${error.message}`;
      }
    });
    await progress.step("generate the types and build the client", async () => {
      await build("@qbench-sdk/example-service^...");
      return "openapi → packages/types → packages/client";
    });
    await progress.step("check the example service against the types", async () => {
      await runQuietly("turbo", [
        "run",
        "typecheck",
        "--filter=@qbench-sdk/example-service",
        "--output-logs=errors-only",
      ]);
      return "every path, parameter and field is known to the compiler";
    });
    const mode = tenant ? [] : ["--write", "--token-seconds", String(tokenSeconds)];
    process.exitCode = await runService(mode, env);
  } finally {
    await emulator?.close();
  }
});
