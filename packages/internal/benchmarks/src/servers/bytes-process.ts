/**
 * Sends the same body for each request, without parsing anything: `bytes-process.ts BODY`. Sends its address to the
 * parent process.
 */
import { createServer } from "node:http";

const body = Buffer.from(process.argv[2] ?? "");
const headers = { "Content-Type": "application/json", "Content-Length": body.length };
const server = createServer((_, response) => void response.writeHead(200, headers).end(body));
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.send?.(`http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`);
});
process.on("disconnect", () => process.exit(0));
