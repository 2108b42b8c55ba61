import { cpus, totalmem } from "node:os";
import type { Row } from "./row.ts";

/** Formats the results as the text of RESULTS.md. */
export function formatResults(rows: readonly Row[]): string {
  const [cpu] = cpus();
  const machine = [
    `${process.platform} ${process.arch}`,
    `${cpus().length} × ${cpu?.model.trim() ?? "unknown processor"}`,
    `${Math.round(totalmem() / 2 ** 30)} GB`,
    `Node ${process.versions.node}`,
  ].join(", ");
  const goals = rows.filter(({ goal }) => goal !== undefined);
  const context = rows.filter(({ goal }) => goal === undefined);
  const goalCells = goals.map(({ what, result, spread = "", goal = "", isMet }) => [
    ...[what, result, spread, goal],
    isMet ? "met" : "**not met**",
  ]);
  const contextCells = context.map(({ what, result, spread = "" }) => [what, result, spread]);

  return `# Results

Written by \`pnpm bench\` on ${new Date().toISOString().slice(0, 10)}: ${machine}.

\`A / B\` is the ratio of A to its peer B, measured in turns. The result is the median of the ratios of all rounds. The
next column is the middle 80 % of them. Absolute numbers apply to this machine.

## Goals

${formatTable(["measurement", "result", "middle 80 %", "goal", ""], goalCells)}

## Context

${formatTable(["measurement", "result", "middle 80 %"], contextCells)}

${method}`;
}

function formatTable(header: readonly string[], cells: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) => Math.max(title.length, ...cells.map(row => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  return [line(header), line(widths.map(width => "-".repeat(width))), ...cells.map(line)].join("\n");
}

const method = `## How it is measured

- **Built packages**: all programs import the packages by their names, as their users do.
- **One request**: each library makes its calls in a process of its own, one call after the other. The server is
  another process. The processes take turns of about 30 ms, so that the machine is never idle. Turns do not count until
  no process becomes faster. The time of a turn is the median of its calls, without pauses for garbage collection. The
  row with CPU time includes these. Each setting is measured in several runs with new processes.
- **Noise**: the row that compares openapi-fetch with itself shows which differences mean nothing.
- **Without a network**: the global fetch is replaced by a function that creates a \`Request\` and responds
  immediately.
- **Import**: the time of \`import()\` in a new process in which fetch is already loaded.
- **Cold start**: user and system time of a whole process that imports, makes one call to an emulator and exits. The
  programs are in [src/programs](src/programs).
- **Size**: a bundle of esbuild for browsers, minified and compressed with gzip.
- **10,000 rows**: each request has 50 ms of latency. The check request reads the number of rows again, which is the
  least that a loop needs to notice added or deleted rows.
- **Live objects**: every 100 ms during the read, all garbage is collected (\`--expose-gc\`). Then the size of the heap
  and of its buffers is read. The table shows the largest of these samples, minus one from before the read.
- **Renewals**: the calls are real. The clock is faked while no token is requested, so that a token's hour takes half a
  second. A call has waited if a token request ended between its start and its own request. The middleware without a
  background renewal shows that such calls are counted.
- **Types**: the compiler and the language server of TypeScript, in programs with many calls.
- **Commands**: the time from the start of a process to its end. One Node runs all of them. \`whoami\` sends two requests
  to an emulator on the same machine. Node alone is \`node --eval 0\`.
- **Documents**: whole processes, with a compile cache for each tool.
- **Tests**: \`npm test\` without its installation and with \`--force\`, once.

## What is not measured

- **Ratios to plain fetch.** fetch builds no URL, runs no middleware and serializes no query. openapi-fetch with a
  static header is the part of the client that a user would have without it.
- **The latency of the slowest 1 % of calls during a renewal.** One second has too few calls: the last such measurement
  was 0.62, although a renewal makes no call faster. The number of calls that wait for a renewal is exact.
- **Resident memory.** It mostly shows how large V8 lets its young generation grow. The size of live objects shows what
  the client keeps.
- **The time of tsc.** It varies by more than 10 % from run to run. The number of instantiations is exact.
- **The size of the client without its dependencies.** Users download all of it.
`;
