/** A tenant that does nothing but respond: `tenant-process.ts OPTIONS`. */
import { serve } from "./serve.ts";
import type { TenantOptions } from "./servers.ts";

const options: TenantOptions = JSON.parse(process.argv[2] ?? "{}");
const page = JSON.stringify({ data: [], total_count: 0, total_pages: 1 });
let tokens = 0;

serve((request, response) => {
  request.resume().on("end", () => {
    if (!request.url?.endsWith("/token")) return send(page);
    const token = { access_token: `token-${++tokens}`, token_type: "Bearer", expires_in: options.tokenSeconds };
    setTimeout(send, options.tokenDelayMs, JSON.stringify(token));
  });

  function send(body: string): void {
    response
      .writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) })
      .end(body);
  }
});
