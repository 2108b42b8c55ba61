import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findCompany, pageOfRemote, publishedName, readCompany, writeCompany } from "../publish/company.ts";
import { emptyRoot } from "./support/repository.ts";

describe("The company", () => {
  it("is not set in a repository without company.json", async () => {
    const root = await emptyRoot();
    expect(await findCompany(root)).toBeUndefined();
    expect(await readCompany(root)).toEqual({ scope: "@qbench-sdk" });
  });

  it("is read as it was written, with complete addresses", async () => {
    const root = await emptyRoot();
    const company = {
      scope: "@acme",
      registry: "https://npm.acme.example/a",
      repository: "https://git.example/a/b.git",
    };
    expect(await writeCompany(root, company)).toBe(true);
    const read = await readCompany(root);
    expect(read).toEqual({
      scope: "@acme",
      registry: "https://npm.acme.example/a/",
      repository: "https://git.example/a/b",
    });
    expect(read && (await writeCompany(root, read))).toBe(false);
  });

  it.each([
    ["a scope without @", { scope: "acme" }, 'The scope must be like "@acme"'],
    ["a scope in upper case", { scope: "@Acme" }, 'The scope must be like "@acme"'],
    ["a name as the scope", { scope: "@acme/client" }, 'The scope must be like "@acme"'],
    [
      "a registry that is not an address",
      { scope: "@acme", registry: "npm.example" },
      "The registry must be an address",
    ],
    ["a registry with a password", { scope: "@acme", registry: "https://me:hidden@npm.example" }, "user or password"],
    ["a repository as git addresses it", { scope: "@acme", repository: "git@github.com:acme/sdk.git" }, "an address"],
    ["a repository with a query", { scope: "@acme", repository: "https://git.example/?a=b" }, 'must not contain "?"'],
  ])("rejects %s, and writes nothing", async (_, company, message) => {
    const root = await emptyRoot();
    const failure = await writeCompany(root, company).catch(String);
    expect(failure).toContain(message);
    expect(failure).not.toContain("hidden");
    expect(await findCompany(root)).toBeUndefined();
  });

  it.each([
    ["text that is not JSON", "{"],
    ["a list", "[]"],
    ["no scope", "{}"],
    ["an unknown setting", '{"scope":"@acme","registri":"https://npm.example"}'],
  ])("a company.json with %s is reported by the name of the file, with a way out", async (_, text) => {
    const root = await emptyRoot();
    await writeFile(join(root, "company.json"), text);
    await expect(readCompany(root)).rejects.toThrow(/^company\.json is invalid: .+ Correct the file, or delete/);
  });

  it("gives each package a name in its scope, and keeps the names of the sources in theirs", () => {
    expect(publishedName("@qbench-sdk/client", "@acme")).toBe("@acme/qbench-client");
    expect(publishedName("@qbench-sdk/client", "@qbench-sdk")).toBe("@qbench-sdk/client");
  });

  it.each([
    ["git@github.com:acme/sdk.git", "https://github.com/acme/sdk"],
    ["https://me:hidden@github.com/acme/sdk.git/", "https://github.com/acme/sdk"],
    ["https://git.acme.example:8443/lab/sdk.git", "https://git.acme.example:8443/lab/sdk"],
    ["ssh://git@git.acme.example:2222/lab/sdk.git", "https://git.acme.example/lab/sdk"],
    ["https://acme@dev.azure.com/acme/lab/_git/sdk", "https://dev.azure.com/acme/lab/_git/sdk"],
    ["git@ssh.dev.azure.com:v3/acme/lab/sdk", "https://dev.azure.com/acme/lab/_git/sdk"],
    ["/srv/git/sdk.git", undefined],
    ["../sdk.git", undefined],
    ["C:\\git\\sdk", undefined],
  ])("has the repository %s, whose page is %s", (remote, page) => {
    expect(pageOfRemote(remote)).toBe(page);
  });
});
