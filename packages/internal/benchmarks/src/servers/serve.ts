import { createServer, type RequestListener } from "node:http";

/** Listens on a free port, sends the address to the parent process, and exits when the parent disconnects. */
export function serve(respond: RequestListener): void {
  const server = createServer(respond);
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    process.send?.(`http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`);
  });
  process.on("disconnect", () => process.exit(0));
}
