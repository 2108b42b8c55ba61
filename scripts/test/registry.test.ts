import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { openRegistry, type Registry } from "../publish/registry.ts";
import { emptyRoot, type Reply, serve } from "./support/repository.ts";

beforeAll(() => {
  // npm waits ten seconds before it repeats a request.
  process.env.npm_config_fetch_retries = "0";
});

/** Opens a registry with what it replies for each package, such as `@acme/a`. */
async function open(replies: Record<string, Reply | string>, npmrc = ""): Promise<Registry> {
  const { url } = await serve(
    Object.fromEntries(Object.entries(replies).map(([name, reply]) => [`/${name.replace("/", "%2f")}`, reply])),
  );
  const root = await emptyRoot();
  await writeFile(join(root, "package.json"), "{}");
  await writeFile(join(root, ".npmrc"), npmrc);
  return openRegistry(root, { scope: "@acme", registry: `${url}/` });
}

const withVersions = (versions: readonly string[], tags: Record<string, string>, tarball = ""): string =>
  JSON.stringify({
    name: "@acme/a",
    "dist-tags": tags,
    versions: Object.fromEntries(
      versions.map(version => [version, { name: "@acme/a", version, dist: { tarball, shasum: "0" } }]),
    ),
  });

describe("A registry", { timeout: 60_000 }, () => {
  it("has a version of a package, or not, whatever its tags are", async () => {
    const expected = {
      "@acme/several": true,
      "@acme/without-latest": true,
      "@acme/other-version": false,
      "@acme/without-versions": false,
      "@acme/without-list": false,
      "@acme/missing": false,
    };
    const registry = await open({
      "@acme/several": withVersions(["1.0.0", "1.1.0"], { latest: "1.1.0" }),
      "@acme/without-latest": withVersions(["1.0.0"], { next: "1.0.0" }),
      "@acme/other-version": withVersions(["1.1.0"], { latest: "1.1.0" }),
      "@acme/without-versions": withVersions([], {}),
      "@acme/without-list": "{}",
    });
    const names = Object.keys(expected);
    const found = await Promise.all(names.map(async name => [name, await registry.has(name, "1.0.0")]));
    expect(Object.fromEntries(found)).toEqual(expected);
  });

  it("is reported with npm's reason and what to check if it does not show its packages", async () => {
    const reasons = {
      "@acme/no-token": "401 Unauthorized",
      "@acme/no-right": "403 Forbidden",
      "@acme/down": "500 Internal Server Error",
      "@acme/page": "invalid json response body",
    };
    const registry = await open({
      "@acme/no-token": { status: 401 },
      "@acme/no-right": { status: 403 },
      "@acme/down": { status: 500 },
      "@acme/page": "<html>Sign in</html>",
    });
    await Promise.all(
      Object.entries(reasons).map(([name, reason]) =>
        expect(registry.has(name, "1.0.0")).rejects.toThrow(
          `npm view ${name} failed for ${registry.url}. Check the registry, and its token in your .npmrc: ${reason}`,
        ),
      ),
    );
  });

  it("is reported if the tarball of a version cannot be downloaded", async () => {
    const { url } = await serve({});
    const registry = await open({ "@acme/a": withVersions(["1.0.0"], { latest: "1.0.0" }, `${url}/a.tgz`) });
    await expect(registry.hasSameContent({ name: "@acme/a", version: "1.0.0", tarball: "" })).rejects.toThrow(
      /^npm pack @acme\/a@1\.0\.0 failed for .+: Not Found - GET .+a\.tgz/,
    );
  });

  it("is not opened if an .npmrc has a password in its address, and the message does not show it", async () => {
    const failure = await open({}, "@acme:registry=https://me:hidden@npm.acme.example/\n").catch(String);
    expect(failure).toContain("npm config get @acme:registry failed. If an .npmrc has a user or password");
    expect(failure).not.toContain("hidden");
  });
});
