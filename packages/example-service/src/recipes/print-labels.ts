import { writeFile } from "node:fs/promises";
import type { QBenchClient } from "@qbench-sdk/client";

/** Prints one label for each sample of an order into a file without an extension, and returns the path. */
export async function printLabels(
  client: QBenchClient,
  labelId: number,
  orderId: number,
  path: string,
): Promise<string> {
  const samples = await client.orders.samples(orderId).toArray();
  if (samples.length === 0) throw new Error(`The order ${orderId} has no samples.`);
  const labels = samples.map(({ id }) => ({ id, count: 1 }));
  const { data, response } = await client.labels.print(labelId, "samples", labels).withResponse();
  const file = `${path}.${extensionOf(response.headers.get("Content-Type") ?? "")}`;
  await writeFile(file, data);
  return file;
}

function extensionOf(contentType: string): string {
  if (contentType.startsWith("text/html")) return "html";
  return contentType.startsWith("application/pdf") ? "pdf" : "zpl";
}
