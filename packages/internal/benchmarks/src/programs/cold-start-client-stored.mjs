/** A program that makes one call with the client, and has the token from an earlier run in TOKEN_FILE. */
import { fileTokenStore } from "@qbench-sdk/auth/file-token-store";
import { createQBenchClient } from "@qbench-sdk/client";

const client = createQBenchClient({ store: fileTokenStore(process.env.TOKEN_FILE ?? "") });
const contact = await client.contacts.get(1);
if (contact.id !== 1) throw new Error("The contact was not read");
