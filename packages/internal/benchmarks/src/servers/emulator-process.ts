/**
 * Runs an emulator until its parent process disconnects. Sends its address and API clients to the parent, and its
 * statistics for each message from the parent.
 */
import { type EmulatorOptions, startEmulator } from "@qbench-sdk/emulator";

const options: EmulatorOptions = JSON.parse(process.argv[2] ?? "{}");
const emulator = await startEmulator(options);
process.on("message", () => process.send?.(emulator.stats));
process.on("disconnect", () => process.exit(0));
process.send?.({ url: emulator.url, clients: emulator.clients.list() });
