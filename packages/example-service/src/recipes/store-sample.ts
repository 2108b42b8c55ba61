import type { QBenchClient } from "@qbench-sdk/client";

declare module "@qbench-sdk/types" {
  interface Sample {
    X_SHELF?: string | null;
    /** A field of the type user. Requests take its id. */
    X_STORED_BY?: { id: number; text: string } | null;
  }
}

/** Records where a sample is stored. */
export async function storeSample(client: QBenchClient, id: number, shelf: string, userId: number): Promise<void> {
  await client.samples.update([{ id, X_SHELF: shelf, X_STORED_BY: userId }], { onIgnoredFields: "throw" });
}

/** Clears both fields. */
export async function takeSample(client: QBenchClient, id: number): Promise<void> {
  await client.samples.update([{ id, X_SHELF: null, X_STORED_BY: null }], { onIgnoredFields: "throw" });
}

/** Returns the samples of an order on a shelf. */
export async function samplesOnShelf(client: QBenchClient, orderId: number, shelf: string): Promise<number[]> {
  const samples = await client.orders.samples(orderId).toArray();
  return samples.filter(({ X_SHELF }) => X_SHELF === shelf).map(({ id }) => id);
}
