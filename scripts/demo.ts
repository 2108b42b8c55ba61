/**
 * `npm start`: from a docs page to typed calls. It uses the built-in emulator, or the tenant whose variables are set.
 * On a tenant it only reads.
 */
import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { promisify, styleText } from "node:util";
import { Command } from "@commander-js/extra-typings";
import { isFromEmulator } from "./clients/baseline.ts";
import { findCommitted } from "./clients/committed-document.ts";
import { readClients } from "./clients/read-clients.ts";
import { CommandError, SignInError } from "./command/command-error.ts";
import { loadEnv } from "./command/load-env.ts";
import { createProgress } from "./command/progress.ts";
import { runCommand } from "./command/run-command.ts";
import { buildPackages, runProgram, runQuietly } from "./command/run-program.ts";

const root = dirname(import.meta.dirname);
/** Short, so that tokens expire during the demonstration. */
const tokenSeconds = 3;
/** Enough that a killed export can resume in the middle, and few enough for QBench's 300 requests a minute. */
const tests = 7000;

const settings = ["QBENCH_URL", "QBENCH_CLIENT_ID", "QBENCH_CLIENT_SECRET"] as const;

/** Returns true if the variables of a tenant are set. Throws if only some of them are. */
function hasTenant(env: NodeJS.ProcessEnv): boolean {
  const missing = settings.filter(name => !env[name]?.trim());
  if (missing.length === settings.length) return false;
  if (missing.length === 0) return true;
  throw new CommandError(
    `${missing.join(" and ")} ${missing.length > 1 ? "are" : "is"} not set. Set all of ${settings.join(", ")}, or none of them to use the emulator.`,
  );
}

/**
 * Compiles the example service against the tenant's document. Without this option, it compiles against the document of the
 * emulator (`customConditions` in its tsconfig.json). Missing scopes of the API client are not a failure.
 */
async function checkAgainstTenant(): Promise<string> {
  const cwd = join(root, "packages/example-service");
  const args = ["--noEmit", "--pretty", "false", "--customConditions", "null"];
  const output = await promisify(execFile)("tsc", args, { cwd, shell: process.platform === "win32" }).then(
    () => "",
    (error: { stdout?: string }) => {
      if (!error.stdout) throw error;
      return error.stdout;
    },
  );
  if (output === "") return "the compiler knows every path, parameter and field";
  const files = new Set(Array.from(output.matchAll(/^(\S+)\(\d+,\d+\): error/gm), ([, file]) => file));
  if (files.size === 0) throw new CommandError(`tsc failed: ${output}`);
  return `${files.size} of its files use what this API client's document lacks: ${[...files].slice(0, 3).join(", ")}${files.size > 3 ? ", …" : ""}`;
}

/** Returns what to do after the demonstration. The README describes each step. */
function nextSteps(isTenant: boolean): string {
  const steps = isTenant
    ? [
        "Commit openapi/ and .changeset/: the types are now those of your tenant's API.",
        "Call the API from a shell: pnpm qbench whoami",
        'Use the packages in a service: pnpm tarballs, or pnpm company and pnpm release. See "The first ten minutes" in README.md.',
      ]
    : [
        `Connect your tenant: set ${settings.join(", ")} in .env, and run npm start again.`,
        'Make a call from your own service: see "The first ten minutes" in README.md.',
      ];
  return `${styleText("bold", "Next")}\n\n${steps.map((step, index) => `  ${index + 1}. ${step}\n`).join("")}\n`;
}

const command = new Command("npm start")
  .description(
    "Pulls a document from a docs page, generates its types, and makes typed calls. Uses the built-in emulator, or the tenant of QBENCH_URL, QBENCH_CLIENT_ID and QBENCH_CLIENT_SECRET.",
  )
  .action(async () => {
    const env = loadEnv(root);
    const tenant = hasTenant(env);
    const progress = createProgress("From a QBench docs page to a typed call");

    await progress.step("build the token source and the emulator", async () => {
      await buildPackages(root, "@qbench-sdk/auth", "@qbench-sdk/emulator");
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
        return `an emulated tenant at ${running.url}`;
      });
    }
    try {
      const { pullClient } = await import("./clients/pull-client.ts");
      await progress.step("pull the API client's document from its docs page", async () => {
        // In a company's copy, the emulator must not replace the document of the tenant.
        const [{ name }] = await readClients(root);
        const committed = await findCommitted(root, name);
        if (!tenant && committed !== undefined && !isFromEmulator(committed)) {
          return `skipped, openapi/${name}.json has a tenant's document and stays as it is; the emulator's is built in`;
        }
        try {
          const pulled = await pullClient({ env, root });
          const { operations, schemas, file, changed } = pulled;
          return `${operations} operations, ${schemas} schemas → ${file}${changed ? "" : " (unchanged)"}`;
        } catch (error) {
          // A tenant may restrict its docs page to people who sign in. The API works without it.
          if (!(error instanceof SignInError)) throw error;
          return `skipped, the document in openapi/ is used as it is: ${error.message}`;
        }
      });
      await progress.step("generate the types and build the client", async () => {
        await buildPackages(root, "@qbench-sdk/example-service^...");
        return "openapi → packages/types → packages/client";
      });
      await progress.step("check the example service against the types", async () => {
        if (tenant) return checkAgainstTenant();
        const options = ["--filter=@qbench-sdk/example-service", "--output-logs=errors-only"];
        await runQuietly("turbo", ["run", "typecheck", ...options], { cwd: root });
        return "the compiler knows every path, parameter and field";
      });
      const mode = tenant ? [] : ["--write", "--token-seconds", String(tokenSeconds)];
      const service = "packages/example-service/src/demo.ts";
      // The service calls what the document of the emulator or of the tenant declares.
      if (!tenant) env.NODE_OPTIONS = `${env.NODE_OPTIONS ?? ""} --conditions=qbench-built-in`.trim();
      process.exitCode = await runProgram("node", [service, ...mode], { cwd: root, env });
      if (process.exitCode === 0) process.stdout.write(nextSteps(tenant));
    } finally {
      await emulator?.close();
    }
  });

await runCommand(command);
