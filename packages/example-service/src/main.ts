/**
 * What a service does with the SDK, step by step: reads orders, one of them with its samples and tests, creates and
 * updates one, and goes on when its access token has expired.
 *
 *     node src/main.ts [--read-only] [--outlive SECONDS]
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs, styleText } from "node:util";
import { QBenchAuthError } from "@qbench-sdk/auth";
import { createQBenchClient, QBenchApiError } from "@qbench-sdk/client";
import Table from "cli-table3";
import { changeState, createOrder, newestOrders, type OrderSummary, readOrder } from "./orders.ts";
import { countTraffic } from "./traffic.ts";

const { values: options } = parseArgs({
  options: { "read-only": { type: "boolean", default: false }, outlive: { type: "string" } },
});

async function main(): Promise<void> {
  const traffic = countTraffic();
  const client = createQBenchClient({ fetch: traffic.fetch });
  const show = (text = ""): void => void process.stdout.write(`${text}\n`);

  /** Does one step and says what came of it, how long it took, and what it sent. */
  async function step<T>(title: string, run: () => Promise<T>, describe: (outcome: T) => string): Promise<T> {
    const before = { ...traffic };
    const start = performance.now();
    const outcome = await run();
    const time = `${Math.round(performance.now() - start)} ms`;
    const sent = `API calls ${traffic.apiCalls - before.apiCalls}, token calls ${traffic.tokenCalls - before.tokenCalls}`;
    show(`  ${styleText("green", "✓")} ${title.padEnd(34)}${styleText("dim", `${time.padStart(8)}   ${sent}`)}`);
    show(`    ${describe(outcome)}`);
    return outcome;
  }

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
    ({ order, samples }) =>
      [`${order.name} for customer ${order.customerId ?? "?"}: ${samples.length} samples`]
        .concat(
          samples.map(
            ({ type, description, tests }) => `  ${type} (${description}): ${tests.join(", ") || "no tests"}`,
          ),
        )
        .join("\n    "),
  );

  if (!options["read-only"] && newest.customerId !== undefined) {
    const { customerId } = newest;
    const created = await step(
      "create an order",
      () => createOrder(client, customerId),
      ({ name, state }) => `${name} is ${state}`,
    );
    await step(
      "update it",
      () => changeState(client, created.id, "IN PROGRESS"),
      ({ name, state }) => `${name} is ${state}`,
    );
  }

  if (options.outlive !== undefined) {
    const seconds = Number(options.outlive);
    show(`    ${styleText("dim", `... ${seconds} s later, when the access token has expired ...`)}`);
    await sleep(seconds * 1000);
    await step(
      "list again",
      () => newestOrders(client, 5),
      ({ total }) => `${total} orders; the token was renewed on the way, and nobody noticed`,
    );
  }
  show(`\n  ${traffic.apiCalls} API calls on ${traffic.tokenCalls} access tokens.\n`);
}

function ordersTable(orders: readonly OrderSummary[]): string {
  const table = new Table({
    head: ["Order", "State", "Customer", "Received (UTC)"],
    style: { head: [], border: [], compact: true },
  });
  for (const { name, state, customerId, received } of orders) table.push([name, state, customerId ?? "", received]);
  return table.toString().replace(/^/gm, "    ");
}

main().catch((error: unknown) => {
  if (!(error instanceof QBenchAuthError || error instanceof QBenchApiError)) throw error;
  process.stderr.write(`${error.name}: ${error.message}\n`);
  process.exitCode = 1;
});
