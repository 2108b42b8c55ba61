/** Uses a token, the API, an upload and a download of the laboratory in the environment, and prints the file. */
import { createQBenchClient, downloadFile, uploadAttachment } from "@qbench-sdk/client";

const client = createQBenchClient({ retry: false });
const order = { attachment_type: "ORDER", object_id: 1, file_name: "scan.txt" };
const { id } = await uploadAttachment(client, order, new TextEncoder().encode("the file"));
const { stream } = await downloadFile(await client.attachments.get(id));
console.log(await new Response(stream).text());
