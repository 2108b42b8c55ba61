/** Sends the same body for each request, without parsing anything: `bytes-process.ts BODY`. */
import { serve } from "./serve.ts";

const body = Buffer.from(process.argv[2] ?? "");
const headers = { "Content-Type": "application/json", "Content-Length": body.length };
serve((_, response) => void response.writeHead(200, headers).end(body));
