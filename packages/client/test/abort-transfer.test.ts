import { expect, test } from "vitest";
import { collectGarbage } from "../../auth/test/support/collect-garbage.ts";
import { startServer } from "../../auth/test/support/local-server.ts";
import { downloadFile, type FileOptions, uploadAttachment } from "../src/index.ts";

/** Starts a storage that never responds, or that sends half of a file. */
async function startSilentStorage(sendsHalf: boolean) {
  let arrived = () => {};
  const request = new Promise<void>(resolve => {
    arrived = resolve;
  });
  const url = await startServer((_, response) => {
    if (sendsHalf) response.writeHead(200, { "Content-Length": "20" }).write("0123456789");
    arrived();
  });
  return { url, request };
}

async function download(url: string, options: FileOptions): Promise<string> {
  const { stream } = await downloadFile(url, options);
  return new Response(stream).text();
}

function upload(url: string, options: FileOptions): Promise<unknown> {
  const item = { attachment_type: "ORDER", object_id: 3, file_name: "scan.pdf" };
  const client = { attachments: { create: async (_: object[]) => [{ id: 1, upload_url: url }] } };
  return uploadAttachment(client, item, new Blob(["0123456789"]), options);
}

test.for([
  ["a download before the response", download, false],
  ["a download in its middle", download, true],
  ["an upload", upload, false],
] as const)("aborts %s after a garbage collection", { timeout: 10_000 }, async ([, transfer, sendsHalf]) => {
  const { url, request } = await startSilentStorage(sendsHalf);
  const controller = new AbortController();
  const reason = new Error("enough");
  const call = transfer(url, { signal: controller.signal });
  await request;
  await collectGarbage();
  controller.abort(reason);
  await expect(call).rejects.toBe(reason);
});
