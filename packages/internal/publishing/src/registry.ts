import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runServer } from "verdaccio";

export interface Registry {
  url: string;
  /** The lines of an `.npmrc` that send the scope here, and nothing else. */
  npmrc: string;
  /** The versions that it has of a package. */
  versions(name: string): Promise<string[]>;
  close(): Promise<void>;
}

/** A private registry on loopback for one scope. It asks no other registry for anything. */
export async function startRegistry(scope: string): Promise<Registry> {
  const folder = await mkdtemp(join(tmpdir(), "registry-"));
  const handler = await runServer({
    self_path: folder,
    storage: join(folder, "storage"),
    uplinks: {},
    auth: { htpasswd: { file: join(folder, "htpasswd") } },
    packages: { [`${scope}/*`]: { access: "$all", publish: "$all" } },
    log: { type: "stdout", format: "pretty", level: "fatal" },
  });
  const server: Server = handler instanceof Object && "listen" in handler ? handler : createServer(handler);
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/`;
  return {
    url,
    // npm publishes nowhere without a token, even where none is asked for.
    npmrc: `${scope}:registry=${url}\n//127.0.0.1:${port}/:_authToken=nobody\n`,
    async versions(name) {
      const response = await fetch(new URL(name.replace("/", "%2f"), url));
      if (response.status === 404) return [];
      const { versions } = (await response.json()) as { versions: Record<string, unknown> };
      return Object.keys(versions);
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>(resolve => server.close(() => resolve()));
      await rm(folder, { recursive: true });
    },
  };
}
