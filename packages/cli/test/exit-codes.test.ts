import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isInstalled } from "./support/installed.ts";
import { createPrograms } from "./support/programs.ts";
import { type Outcome, outcomeOf, type Qbench, startPages, startQbench } from "./support/qbench.ts";
import { rejectionOf } from "./support/rejection.ts";
import { openTerminal } from "./support/terminal.ts";

/** Runs the command under some condition. */
type Attempt = (qbench: Qbench) => Promise<Outcome>;

const run =
  (line: string, env?: Record<string, string>): Attempt =>
  qbench =>
    qbench.run(line.split(" "), env);

/** Runs a wrong command line that reports this problem. Does not need a process of its own. */
const rejected =
  (line: string, problem: string): Attempt =>
  async () => {
    const rejection = await rejectionOf(line.split(" "));
    expect(rejection.stderr).toContain(problem);
    return { ...rejection, stdout: "" };
  };

/** Runs the command while the server has a fault. */
const withFault =
  (fault: Parameters<Qbench["emulator"]["faults"]["add"]>[0], line: string): Attempt =>
  ({ run, emulator }) => {
    emulator.faults.add(fault);
    return run(line.split(" "));
  };

/** Runs the command with a broken setting, in a setting that is otherwise complete. */
const withSetting = (name: string, value: string): Attempt => run("get orders/1", { [name]: value });

/** Stops the command with a signal while it waits for a response. */
const stopped =
  (signal: "SIGINT" | "SIGTERM", line: string): Attempt =>
  async ({ start, emulator }) => {
    emulator.faults.add({ latencyMs: 600_000 });
    const child = start(line.split(" "));
    await expect.poll(() => emulator.stats.faults, { timeout: 100_000 }).toBe(1);
    child.kill(signal);
    return outcomeOf(child);
  };

/** Stops the command while it reads a body, whose end does not come. */
const stoppedWhileReading =
  (signal: "SIGINT" | "SIGTERM"): Attempt =>
  async ({ start }) => {
    const child = start("api orders --input - --yes".split(" "));
    // A pipe holds less than this, so the command is reading when it is written.
    await new Promise(resolve => child.stdin.on("error", resolve).write(" ".repeat(1_000_000), resolve));
    child.kill(signal);
    return outcomeOf(child);
  };

/** Runs the command with an output that fails, or is closed by its reader. */
const redirected =
  (line: string, target: string): Attempt =>
  async ({ folder, state, settings }) => {
    const env = { ...(await createPrograms(folder)), XDG_STATE_HOME: state, ...settings };
    return outcomeOf(spawn("bash", ["--norc", "-o", "pipefail", "-c", `${line} ${target}`], { cwd: folder, env }));
  };

/** Ends each wait of more than 10 seconds after a tenth of a second, in the process that loads this program. */
const impatience = `
  const { setTimeout } = globalThis;
  globalThis.setTimeout = (run, ms, ...args) => setTimeout(run, ms > 10_000 ? 100 : ms, ...args);`;

const timedOut: Attempt = async ({ run, emulator }) => {
  await run(["token"]);
  emulator.faults.add({ on: "api", latencyMs: 600_000 });
  const preloaded = `--import=data:text/javascript,${encodeURIComponent(impatience)}`;
  return run(["get", "orders/1"], { NODE_OPTIONS: `${process.env.NODE_OPTIONS} ${preloaded}` });
};

/** Exports a list that has these pages. */
const exported =
  (pages: readonly object[][], line: string): Attempt =>
  async ({ run, emulator }) =>
    run(line.split(" "), { QBENCH_URL: await startPages(emulator, pages) });

const refused: Attempt = async ({ run, emulator }) => {
  await emulator.close();
  return run(["get", "orders/1"]);
};

const unconfirmed: Attempt = async ({ folder, state, settings }) => {
  const env = { ...(await createPrograms(folder)), XDG_STATE_HOME: state, ...settings };
  const terminal = await openTerminal({ cwd: folder, env });
  await terminal.start("qbench api orders/1 -X DELETE");
  await terminal.waitFor("[y/N]");
  await terminal.press("n", "Enter");
  const { code, screen } = await terminal.finished();
  const [stderr = ""] = /^qbench: .*\n/m.exec(screen) ?? [];
  return { code, stdout: "", stderr };
};

const commands = ["whoami", "token", "get orders/1", "export orders", "api orders/1", "download attachment 1"];

/** The rows of the README, and what shows each of them. */
const rows: [code: number, cause: string, attempts: Record<string, Attempt>][] = [
  [
    0,
    "success",
    Object.fromEntries(
      [...commands, "--help", "--version", "help get", "lists", "lists orders", "api orders/1 -X DELETE --yes"].map(
        line => [line, run(line)],
      ),
    ),
  ],
  [
    0,
    "the reader of the output closes the pipe, as in `qbench export orders | head`",
    Object.fromEntries(
      ["export tests", "export tests --format csv", "api tests --paginate"].map(line => [
        line,
        redirected(`qbench ${line}`, "| head -n 1"),
      ]),
    ),
  ],
  [
    1,
    "QBench responds with an error",
    {
      "a record that does not exist": run("get orders/4711"),
      "the same with api": run("api orders/4711"),
      "a missing file": run("download attachment 4711"),
      "no permission": withFault({ on: "api", status: 403 }, "export orders"),
      "an outage": withFault({ on: "api", status: 500 }, "whoami"),
      "an outage of the token endpoint": withFault({ on: "token", status: 500 }, "token"),
      "a response that is not JSON": withFault({ on: "api", status: 200, body: "<h1>Hello</h1>" }, "get orders/1"),
    },
  ],
  [
    1,
    "the connection breaks, or a response takes too long",
    {
      "no server": refused,
      "a connection that breaks": withFault({ on: "api", cut: "before" }, "get orders/1"),
      "a write whose response is lost": withFault({ on: "api", cut: "after" }, "api orders/1 -X DELETE --yes"),
      "a server that does not respond": timedOut,
    },
  ],
  [
    1,
    "the output cannot be written, for example because the disk is full",
    existsSync("/dev/full")
      ? {
          get: redirected("qbench get orders/1", "> /dev/full"),
          export: redirected("qbench export orders --format csv", "> /dev/full"),
          download: redirected("qbench download attachment 1", "-o /dev/full"),
        }
      : {},
  ],
  [
    1,
    "an export is incomplete",
    {
      "a field that the CSV header lacks": exported([[{ id: 1 }], [{ id: 2, late: 1 }]], "export reports --format csv"),
    },
  ],
  [
    1,
    "QBench ignores fields of a write",
    { "an unknown field": run("api orders -X PATCH -f id=1 -f no_such_field=x --yes") },
  ],
  [1, "a write is not confirmed; nothing was sent", isInstalled("tmux") ? { "the answer no": unconfirmed } : {}],
  [
    2,
    "wrong usage, such as an unknown option, list, filter or column; nothing was sent",
    Object.fromEntries(
      [
        ...commands.map(line => [`${line} --no-such-option`, "unknown option '--no-such-option'"]),
        ["frob", "unknown command 'frob'"],
        ["get", "missing required argument 'path'"],
        ["export", "missing required argument 'list'"],
        ["api", "missing required argument 'path'"],
        ["download", "missing required argument"],
        ["download report", "missing required argument"],
        ["download frob 1", "frob"],
        ["lists frob", 'Unknown list "frob"'],
        ["export frob", 'Unknown list "frob"'],
        ["get frob", 'no "frob"'],
        ["get orders?frob=1", 'no filter "frob"'],
        ["get orders --filter frob=1", 'no filter "frob"'],
        ["export orders -f frob=1", 'no filter "frob"'],
        ["export orders -f frob", "name=value"],
        ["get orders/1 --columns frob", 'no column "frob"'],
        ["export orders --columns id,frob", 'no column "frob"'],
        ["export orders --format xml", "argument 'xml' is invalid"],
        ["export orders --format ndjson --bom", "--bom"],
        ["export orders --since yesterday", "Invalid value for --since"],
        ["export orders --limit 0", "argument '0' is invalid"],
        ["get https://elsewhere.example/qbench/api/v2/orders/1", "names another host than QBENCH_URL"],
        ["api https://elsewhere.example/orders", "names another host than QBENCH_URL"],
        ["api orders -X POST --input no-such-file.json --yes", "--input (ENOENT)"],
        ["api orders/1 -X DELETE --paginate --yes", "--paginate works only with GET"],
      ].map(([line = "", message = ""]) => [line, rejected(line, message)]),
    ),
  ],
  [
    2,
    "a named column occurs in no row",
    { "a column of the document": exported([[{ id: 1 }]], "export reports --columns id,state") },
  ],
  [
    2,
    "a setting is missing or invalid",
    {
      ...Object.fromEntries(
        ["whoami", "export orders", "api orders/1"].map(line => [
          `${line} without a secret`,
          run(line, { QBENCH_CLIENT_SECRET: "" }),
        ]),
      ),
      "a URL without TLS": withSetting("QBENCH_URL", "http://lab.example"),
      "a URL that is not one": withSetting("QBENCH_URL", "lab"),
      "a file of settings that does not exist": run("whoami -e no-such-file"),
    },
  ],
  [
    2,
    "QBench rejects the credentials",
    {
      "a wrong secret": withSetting("QBENCH_CLIENT_SECRET", "x".repeat(64)),
      "an unknown API client": withSetting("QBENCH_CLIENT_ID", "unknown"),
      "a token endpoint that forbids access": withFault({ on: "token", status: 403, body: { error: "no" } }, "token"),
    },
  ],
  [
    2,
    "a write without a terminal needs `--yes`; nothing was sent",
    Object.fromEntries(
      ["api orders/1 -X DELETE", "api orders -f customer_account_id=1", "api orders -X patch -f id=1"].map(line => [
        line,
        run(line),
      ]),
    ),
  ],
  ...(["SIGINT", "SIGTERM"] as const).map((signal): (typeof rows)[number] => [
    signal === "SIGINT" ? 130 : 143,
    `stopped with ${signal === "SIGINT" ? "Ctrl-C (SIGINT)" : signal}; the output consists of whole rows`,
    {
      "api --input -": stoppedWhileReading(signal),
      ...Object.fromEntries(
        [...(signal === "SIGINT" ? commands : ["token", "export orders"]), "api orders --paginate"].map(line => [
          line,
          stopped(signal, line),
        ]),
      ),
    },
  ]),
];

describe("the exit codes of qbench", () => {
  it("are those of the README's table, with the same causes", () => {
    const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
    const documented = [...readme.matchAll(/^\| (\d+) +\| (.+?) +\|$/gm)].map(([, code, cause = ""]) => [
      Number(code),
      cause.replaceAll("\\|", "|"),
    ]);
    expect(rows.map(([code, cause]) => [code, cause])).toEqual(documented);
  });

  describe.each(rows)("%d: %s", (expected, cause, attempts) => {
    it.for(Object.entries(attempts))(`%s ends with ${expected}: ${cause}`, async ([, attempt]) => {
      const qbench = await startQbench({ records: { tests: 2_000 } });
      const { code, stdout, stderr } = await attempt(qbench);
      expect({ code, stderr }).toEqual({
        code: expected,
        // Successful commands write notes there, such as the number of rows.
        stderr: expected === 0 ? expect.not.stringContaining("failed") : expect.stringMatching(/^qbench: [^\n]+\n$/),
      });
      // Whether a column occurs is certain only after the last row.
      if (expected === 2) expect(stdout !== "").toBe(cause === "a named column occurs in no row");
      if (cause.endsWith("nothing was sent")) expect(qbench.emulator.stats.requests).toBe(0);
    });
  });
});
