/** Runs an emulator until its parent lets go of it: tells its address and API clients, and its counts when asked. */
import { type EmulatorOptions, startEmulator } from "@qbench-sdk/emulator";

const options: EmulatorOptions = JSON.parse(process.argv[2] ?? "{}");
const emulator = await startEmulator(options);
process.on("message", () => process.send?.(emulator.stats));
process.on("disconnect", () => process.exit(0));
process.send?.({ url: emulator.url, clients: emulator.clients.list() });
