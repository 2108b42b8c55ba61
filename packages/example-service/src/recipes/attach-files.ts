import { createHash } from "node:crypto";
import { openAsBlob } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { downloadFile, type QBenchClient, QBenchFileError, uploadAttachment } from "@qbench-sdk/client";
import type { Attachment } from "@qbench-sdk/types";

/** Uploads `<folder>/<order id>/<file>`, for up to four orders concurrently. Returns the errors by order id. */
export async function attachFiles(client: QBenchClient, folder: string): Promise<Map<string, unknown>> {
  const errors = new Map<string, unknown>();
  const orders = (await readdir(folder)).values();
  const work = async (): Promise<void> => {
    // All workers take from one iterator, so each order is taken once.
    for (const order of orders) {
      await attachToOrder(client, Number(order), join(folder, order)).catch(error => errors.set(order, error));
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  return errors;
}

async function attachToOrder(client: QBenchClient, orderId: number, folder: string): Promise<void> {
  const attachments = await client.orders.attachments(orderId).toArray();
  for (const file_name of await readdir(folder)) {
    const file = await openAsBlob(join(folder, file_name));
    const hash = createHash("sha256");
    for await (const chunk of file.stream()) hash.update(chunk);
    const notes = `${file_name} sha256:${hash.digest("hex")}`;
    const existing = attachments.find(attachment => attachment.notes === notes);
    if (existing && (await hasFile(existing))) continue;
    if (existing) await client.attachments.delete(existing.id);
    await uploadAttachment(client, { attachment_type: "ORDER", object_id: orderId, file_name, notes }, file);
  }
}

async function hasFile(attachment: Attachment): Promise<boolean> {
  try {
    await (await downloadFile(attachment)).stream.cancel();
    return true;
  } catch (error) {
    if (!(error instanceof QBenchFileError)) throw error;
    // Without the right to list files, the storage denies the access to a missing one.
    if (error.reason !== "no_url" && !["NoSuchKey", "AccessDenied"].includes(error.code ?? "")) throw error;
    return false;
  }
}
