import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { runServer } from "verdaccio";
import { run } from "./run.ts";

interface Manifest {
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
}

export interface Registry {
  url: string;
  /** The lines of an `.npmrc` that use this registry for the scope only. */
  npmrc: string;
  /** Returns the published versions of a package. */
  versions(name: string): Promise<string[]>;
  /** Returns the package.json inside of the tarball of a version. */
  manifest(name: string, version: string): Promise<Manifest>;
  /** Returns the paths of all stored files: the manifest and the tarballs of each package. */
  files(): Promise<string[]>;
  close(): Promise<void>;
}

/** Starts a private registry on loopback for one scope. It has no upstream registry. */
export async function startRegistry(scope: string): Promise<Registry> {
  const folder = await mkdtemp(join(tmpdir(), "registry-"));
  const storage = join(folder, "storage");
  await mkdir(storage);
  const handler = await runServer({
    self_path: folder,
    storage,
    uplinks: {},
    auth: { htpasswd: { file: join(folder, "htpasswd") } },
    packages: { [`${scope}/*`]: { access: "$all", publish: "$all", unpublish: "$all" } },
    log: { type: "stdout", format: "pretty", level: "fatal" },
  });
  const server: Server = handler instanceof Object && "listen" in handler ? handler : createServer(handler);
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/`;
  return {
    url,
    // npm does not publish without a token, even if the registry needs none.
    npmrc: `${scope}:registry=${url}\n//127.0.0.1:${port}/:_authToken=any\n`,
    async versions(name) {
      const response = await fetch(new URL(name.replace("/", "%2f"), url));
      if (response.status === 404) return [];
      const { versions } = (await response.json()) as { versions: Record<string, unknown> };
      return Object.keys(versions);
    },
    async manifest(name, version) {
      const tarball = join(storage, name, `${basename(name)}-${version}.tgz`);
      return JSON.parse(await run("tar", ["-xzOf", tarball, "package/package.json"], { cwd: folder }));
    },
    files: async () => (await readdir(storage, { recursive: true })).toSorted(),
    async close() {
      server.closeAllConnections();
      await new Promise<void>(resolve => server.close(() => resolve()));
      await rm(folder, { recursive: true });
    },
  };
}
