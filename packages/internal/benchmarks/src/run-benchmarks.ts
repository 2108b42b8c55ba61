import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { benchCalls } from "./calls.ts";
import { benchClientCalls } from "./client-calls.ts";
import { benchColdCalls } from "./cold-calls.ts";
import { benchExportTime } from "./export-time.ts";
import { benchGeneration } from "./generation.ts";
import { benchReadMemory } from "./read-memory.ts";
import { benchRenewalLatency } from "./renewal-latency.ts";
import type { Row } from "./row.ts";
import { benchSigning } from "./signing.ts";
import { benchWeight } from "./weight.ts";

const benches = [
  benchCalls,
  benchColdCalls,
  benchClientCalls,
  benchExportTime,
  benchReadMemory,
  benchRenewalLatency,
  benchSigning,
  benchWeight,
  benchGeneration,
];

/** Runs all benchmarks, prints one table and writes it to RESULTS.md. */
export async function runBenchmarks(): Promise<void> {
  const rows: Row[] = [];
  for (const bench of benches) {
    process.stderr.write(`${bench.name} …\n`);
    rows.push(...(await bench()));
  }
  const text = formatResults(rows);
  writeFileSync(new URL("../RESULTS.md", import.meta.url), text);
  console.log(text);
  process.exit(0);
}

function formatResults(rows: readonly Row[]): string {
  const [cpu] = cpus();
  const machine = `${process.platform} ${process.arch}, ${cpus().length} × ${cpu?.model.trim() ?? "unknown processor"}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}`;
  const cells = rows.map(({ what, result, goal = "", isMet }) => [
    what,
    result,
    goal,
    isMet === undefined ? "" : isMet ? "met" : "**not met**",
  ]);
  const header = ["measurement", "result", "goal", ""];
  const widths = header.map((title, i) => Math.max(title.length, ...cells.map(row => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) => `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  const table = [line(header), line(widths.map(width => "-".repeat(width))), ...cells.map(line)].join("\n");

  return `# Results

Written by \`pnpm bench\` on ${new Date().toISOString().slice(0, 10)}: ${machine}.

Ratios compare measurements that alternated within one run. Absolute numbers apply to this machine.

${table}
`;
}
