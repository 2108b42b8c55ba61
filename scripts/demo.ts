/**
 * `npm start`: from a docs page to typed calls. On the built-in emulator, unless the variables of a tenant are set; then
 * only what reads is done there.
 */
import { spawn } from "node:child_process";
import { dirname } from "node:path";
import { CommandError } from "./command-error.ts";
import { loadEnv } from "./load-env.ts";
import { createProgress } from "./progress.ts";
import { runCommand } from "./run-command.ts";

const root = dirname(import.meta.dirname);
/** So short that the demonstration outlives it. */
const tokenSeconds = 3;

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

function run(command: string, args: readonly string[], output: "show" | "hide", env = process.env): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env,
      stdio: output === "show" ? "inherit" : "pipe",
      shell: process.platform === "win32",
    });
    const hidden: Buffer[] = [];
    child.stdout?.on("data", chunk => hidden.push(chunk));
    child.stderr?.on("data", chunk => hidden.push(chunk));
    child.on("error", reject);
    child.on("close", code => {
      if (code === 0) return resolve();
      process.stderr.write(Buffer.concat(hidden));
      reject(new CommandError(`${[command, ...args].join(" ")} failed (${code})`));
    });
  });
}

const build = (...packages: string[]): Promise<void> =>
  run("turbo", ["run", "build", "--output-logs=errors-only", ...packages.map(name => `--filter=${name}`)], "hide");

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
      const running = await startEmulator({ tokens: { accessTokenSeconds: tokenSeconds } });
      const [client] = running.clients.list();
      emulator = running;
      env.QBENCH_URL = running.url;
      env.QBENCH_CLIENT_ID = client?.id;
      env.QBENCH_CLIENT_SECRET = client?.secret;
      return `a QBench of your own at ${running.url}`;
    });
  }
  try {
    const { pullClient } = await import("./pull-client.ts");
    await progress.step("pull the API client's document from its docs page", async () => {
      const pulled = await pullClient({ client: "main", env, root });
      return `${pulled.operations} operations, ${pulled.schemas} schemas → ${pulled.file}${pulled.changed ? "" : " (unchanged)"}`;
    });
    await progress.step("generate the types and build the client", async () => {
      await build("@qbench-sdk/example-service^...");
      return "openapi/main.json → packages/types → packages/client";
    });
    await progress.step("check the example service against the types", async () => {
      await run(
        "turbo",
        ["run", "typecheck", "--filter=@qbench-sdk/example-service", "--output-logs=errors-only"],
        "hide",
      );
      return "every path, parameter and field is known to the compiler";
    });
    const mode = tenant ? ["--read-only"] : ["--outlive", String(tokenSeconds)];
    await run("node", ["packages/example-service/src/main.ts", ...mode], "show", env);
  } finally {
    await emulator?.close();
  }
});
