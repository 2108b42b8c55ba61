/** A program that makes one call with the client. The settings are in the environment. */
import { createQBenchClient } from "@qbench-sdk/client";

const client = createQBenchClient();
const contact = await client.contacts.get(1);
if (contact.id !== 1) throw new Error("The contact was not read");
