import type { ServerType } from "@hono/node-server";

/** Lets a server listen on a free port. */
export async function listen(server: ServerType): Promise<{ url: string; close(): Promise<void> }> {
  // Otherwise the server could close an idle connection just as a request arrives, which looks like a fault that was not injected.
  if ("keepAliveTimeout" in server) server.keepAliveTimeout = 0;
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}
