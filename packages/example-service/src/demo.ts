/**
 * Demonstrates the SDK as the last part of `npm start`: typed calls, a write, a token that is renewed between two
 * requests, a report, and a mirror of all tests that is killed and resumed. `node src/demo.ts --help` prints the options.
 */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { styleText } from "node:util";
import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { createQBenchClient, parseDate } from "@qbench-sdk/client";
import type { Order } from "@qbench-sdk/types";
import Table from "cli-table3";
import { describeError } from "./describe-error.ts";
import { changeState, createOrder, newestOrders, readOrder } from "./orders.ts";
import { parseOptions } from "./parse-options.ts";
import { deliverCertificate } from "./recipes/deliver-certificate.ts";
import { runExport } from "./run-export.ts";
import { countTraffic } from "./traffic.ts";

function parseSeconds(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

const { write, tokenSeconds } = parseOptions(
  new Command("node src/demo.ts")
    .description("Demonstrate the SDK. Without --write, only a few orders are read.")
    .option("--write", "also create, change and delete records, and mirror all tests; only for an emulator", false)
    .option("--token-seconds <seconds>", "how long access tokens live, to wait until one has expired", parseSeconds, 0)
    .addHelpText("after", "\nSettings, from the environment: QBENCH_URL, QBENCH_CLIENT_ID, QBENCH_CLIENT_SECRET"),
);

const traffic = countTraffic();

/** Returns a text of the laboratory on one line, without characters that control a terminal. */
const plain = (text: unknown): string => String(text ?? "").replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, " ");

const show = (text = ""): void => void process.stdout.write(`${text}\n`);

/** Runs one step. Prints its outcome, its duration, and the number of requests that this process sent. */
async function step<T>(title: string, run: () => Promise<T>, describe: (outcome: T) => string): Promise<T> {
  const before = { ...traffic };
  const start = performance.now();
  const outcome = await run();
  const time = `${Math.round(performance.now() - start)} ms`;
  const apiRequests = traffic.apiRequests - before.apiRequests;
  const tokenRequests = traffic.tokenRequests - before.tokenRequests;
  const sent = apiRequests && `   API requests ${apiRequests}, token requests ${tokenRequests}`;
  show(`  ${styleText("green", "✓")} ${title.padEnd(42)}${styleText("dim", `${time.padStart(8)}${sent || ""}`)}`);
  show(`    ${describe(outcome).trimEnd().replaceAll("\n", "\n    ")}`);
  return outcome;
}

async function demo(): Promise<void> {
  const client = createQBenchClient({ fetch: traffic.fetch });
  show(`\n${styleText("bold", "The example service")}\n`);
  // The document of an API client has only the operations in its scopes.
  const missing = (["list", "get", "samples", "tests"] as const).filter(name => !client.orders?.[name]);
  if (missing.length > 0)
    return show(`    This API client lacks scopes that the example needs: orders.${missing.join(", orders.")}.\n`);
  const list = await step(
    "list the newest orders",
    () => newestOrders(client, 5),
    ({ orders, total }) => `${orders.length} of ${total} orders`,
  );
  show(`\n${ordersTable(list.orders)}\n`);
  const [newest] = list.orders;
  if (!newest) return show("    This tenant has no orders.");

  await step(
    "read one order with its samples and tests",
    () => readOrder(client, newest.id),
    ({ order, samples, tests }) =>
      [
        `${plain(order.custom_formatted_id)} for customer ${order.customer_account_id}: ${samples.length} samples, ${tests} tests`,
        ...samples.map(({ sample_type, description }) => `  ${plain(sample_type)} (${plain(description)})`),
      ].join("\n"),
  );
  if (!write) {
    return show("\n    To export the tests to a SQLite file, run packages/example-service/src/command.ts.\n");
  }

  const created = await step(
    "create an order",
    () => createOrder(client, newest.customer_account_id ?? 1),
    ({ custom_formatted_id, state }) => `${plain(custom_formatted_id)} is ${plain(state)}`,
  );
  await step(
    "update it",
    () => changeState(client, created.id, "IN PROGRESS"),
    ({ custom_formatted_id, state }) => `${plain(custom_formatted_id)} is ${plain(state)}`,
  );

  const folder = await mkdtemp(join(tmpdir(), "qbench-"));
  const file = join(folder, "tests.sqlite");
  async function exportChanges(): Promise<string> {
    const { code, output } = await runExport(file);
    if (code !== 0) throw new Error(`The export failed: ${output}`);
    return output.replaceAll(folder, "…");
  }
  try {
    await step(
      "publish the report of the newest order",
      async () => {
        const tests = await client.orders.tests(newest.id).toArray();
        await client.tests.update(tests.map(({ id }) => ({ id, state: "COMPLETED" })));
        const path = await deliverCertificate(client, {
          orderId: newest.id,
          reportConfigId: 1,
          folder,
          intervalMs: 10,
        });
        return { path, ...(await stat(path)) };
      },
      ({ path, size }) => `${basename(path)} has ${size} bytes`,
    );

    const lastRequestAt = performance.now();
    show(`\n${styleText("bold", "Its mirror of all tests in SQLite")}\n`);
    await step(
      "the first night: the export is killed",
      () => runExport(file, { with: "SIGKILL", after: 5100 }),
      ({ signal, progress, output }) => (signal ? `${signal} after ${progress}` : output),
    );
    await step("the same command again: it resumes", exportChanges, output => output);

    const left = tokenSeconds * 1000 - (performance.now() - lastRequestAt);
    if (left > 0) show(styleText("dim", "    ... waiting until the access token of this process has expired ..."));
    await sleep(Math.max(0, left));
    await step(
      "change two tests, delete a third",
      async () => {
        const before = traffic.tokenRequests;
        await client.tests.update([5, 6].map(id => ({ id, state: "COMPLETED" })));
        await client.tests.delete(7);
        return traffic.tokenRequests > before;
      },
      isRenewed => (isRenewed ? "the access token had expired and was renewed" : "with the same access token"),
    );
    await step("the second night: only changes are read", exportChanges, output => output);
  } finally {
    await rm(folder, { recursive: true });
  }
  show();
}

function ordersTable(orders: readonly Order[]): string {
  const table = new Table({
    head: ["Order", "State", "Customer", "Received"],
    style: { head: [], border: [], compact: true },
  });
  for (const { custom_formatted_id, state, customer_account_id, date_received } of orders) {
    // QBench's dates have no seconds. As an ISO 8601 text: 2025-10-10T03:19Z
    const received = date_received ? parseDate(date_received).toISOString().replace(":00.000Z", "Z") : "";
    table.push([plain(custom_formatted_id), plain(state), customer_account_id ?? "", received]);
  }
  return table.toString().replace(/^/gm, "    ");
}

try {
  await demo();
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
}
