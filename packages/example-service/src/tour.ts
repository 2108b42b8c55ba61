/**
 * A tour of the SDK, which `npm start` ends with: typed calls, a write, a token that is renewed on the way, and the nightly
 * export, killed and gone on with.
 *
 *     node src/tour.ts [--write --token-seconds SECONDS]
 *
 * Without `--write` it only reads a few records. With it, it creates, changes and deletes: for an emulator only.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs, styleText } from "node:util";
import { createQBenchClient, formatDateTime, parseDate } from "@qbench-sdk/client";
import type { Order } from "@qbench-sdk/types";
import Table from "cli-table3";
import { explain } from "./explain.ts";
import { changeState, createOrder, newestOrders, readOrder } from "./orders.ts";
import { runExport } from "./run-export.ts";
import { countTraffic } from "./traffic.ts";

const { values: options } = parseArgs({
  options: { write: { type: "boolean", default: false }, "token-seconds": { type: "string", default: "0" } },
});

const traffic = countTraffic();

const show = (text = ""): void => void process.stdout.write(`${text}\n`);

/** Does one step and says what came of it, how long it took, and what this process sent for it. */
async function step<T>(title: string, run: () => Promise<T>, describe: (outcome: T) => string): Promise<T> {
  const before = { ...traffic };
  const start = performance.now();
  const outcome = await run();
  const time = `${Math.round(performance.now() - start)} ms`;
  const apiCalls = traffic.apiCalls - before.apiCalls;
  const sent = apiCalls && `   API calls ${apiCalls}, token calls ${traffic.tokenCalls - before.tokenCalls}`;
  show(`  ${styleText("green", "✓")} ${title.padEnd(42)}${styleText("dim", `${time.padStart(8)}${sent || ""}`)}`);
  show(`    ${describe(outcome).trimEnd().replaceAll("\n", "\n    ")}`);
  return outcome;
}

async function tour(): Promise<void> {
  const client = createQBenchClient({ fetch: traffic.fetch });
  show(`\n${styleText("bold", "The example service")}\n`);
  const list = await step(
    "list the newest orders",
    () => newestOrders(client, 5),
    ({ orders, total }) => `${orders.length} of ${total} orders`,
  );
  show(`\n${ordersTable(list.orders)}\n`);
  const [newest] = list.orders;
  if (!newest) return show("    There are no orders in this tenant.");

  await step(
    "read one with its samples and tests",
    () => readOrder(client, newest.id),
    ({ order, samples, tests }) =>
      [
        `${order.custom_formatted_id} for customer ${order.customer_account_id}: ${samples.length} samples, ${tests} tests`,
        ...samples.map(({ sample_type, description }) => `  ${sample_type} (${description})`),
      ].join("\n"),
  );
  if (!options.write)
    return show("\n    The tests go into a SQLite file with packages/example-service/src/command.ts\n");

  const created = await step(
    "create an order",
    () => createOrder(client, newest.customer_account_id ?? 1),
    ({ custom_formatted_id, state }) => `${custom_formatted_id} is ${state}`,
  );
  await step(
    "update it",
    () => changeState(client, created.id, "IN PROGRESS"),
    ({ custom_formatted_id, state }) => `${custom_formatted_id} is ${state}`,
  );

  const lastCall = performance.now();
  const folder = await mkdtemp(join(tmpdir(), "qbench-"));
  const file = join(folder, "tests.sqlite");
  async function exportChanges(): Promise<string> {
    const { code, output } = await runExport(file);
    if (code !== 0) throw new Error(`The export failed: ${output}`);
    return output.replaceAll(folder, "…");
  }
  try {
    show(`\n${styleText("bold", "Its nightly export of all tests to SQLite")}\n`);
    await step(
      "the first night, killed on the way",
      () => runExport(file, { with: "SIGKILL", after: 5100 }),
      ({ signal, progress, output }) => (signal ? `${signal} after ${progress}` : output),
    );
    await step("the same command once more goes on", exportChanges, output => output);

    const left = Number(options["token-seconds"]) * 1000 - (performance.now() - lastCall);
    if (left > 0) show(styleText("dim", "    ... until the access token of this process has expired ..."));
    await sleep(Math.max(0, left));
    await step(
      "change two tests, delete a third",
      async () => {
        const before = traffic.tokenCalls;
        await client.tests.update([5, 6].map(id => ({ id, state: "COMPLETED" })));
        await client.tests.delete(7);
        return traffic.tokenCalls > before;
      },
      isRenewed =>
        isRenewed ? "the access token had expired and was renewed on the way" : "with the same access token",
    );
    await step("the second night reads what has changed", exportChanges, output => output);
  } finally {
    await rm(folder, { recursive: true });
  }
  show();
}

function ordersTable(orders: readonly Order[]): string {
  const table = new Table({
    head: ["Order", "State", "Customer", "Received (UTC)"],
    style: { head: [], border: [], compact: true },
  });
  for (const { custom_formatted_id, state, customer_account_id, date_received } of orders) {
    const received = date_received ? formatDateTime(parseDate(date_received)) : "";
    table.push([custom_formatted_id ?? "", state ?? "", customer_account_id ?? "", received]);
  }
  return table.toString().replace(/^/gm, "    ");
}

try {
  await tour();
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}
