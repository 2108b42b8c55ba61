/** `pnpm company`: sets under which scope, in which registry and from which repository the packages are published. */
import { execFile } from "node:child_process";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { Command } from "@commander-js/extra-typings";
import { CommandError } from "./command/command-error.ts";
import { runCommand } from "./command/run-command.ts";
import {
  type Company,
  findCompany,
  pageOfRemote,
  publishedName,
  readCompany,
  writeCompany,
} from "./publish/company.ts";
import { publicPackages } from "./publish/public-packages.ts";

const command = new Command("pnpm company")
  .description(
    "Sets the scope, the registry and the repository of the published packages. Without options, prints them.",
  )
  .option("--scope <scope>", "the scope of the published packages, such as @acme")
  .option("--registry <url>", "the registry to publish to; without one, pnpm tarballs makes files")
  .option("--repository <url>", "the web page of this repository, for links (default: that of the remote origin)")
  .action(async options => {
    const root = dirname(import.meta.dirname);
    const before = await findCompany(root);
    const scope = options.scope ?? before?.scope;
    if (scope === undefined)
      throw new CommandError("No company is set. Run pnpm company --scope @acme --registry https://npm.acme.example");
    const repository = options.repository ?? before?.repository ?? (await readOrigin(root));
    const company: Company = { ...before, scope, ...(repository !== undefined && { repository }) };
    if (options.registry !== undefined) company.registry = options.registry;
    if (await writeCompany(root, company))
      process.stdout.write(
        "Wrote company.json. Commit it. No other file changes: packages are renamed when packed.\n\n",
      );
    process.stdout.write(describe(await readCompany(root), root));
  });

function describe({ scope, registry, repository }: Company, root: string): string {
  const names = publicPackages(root).map(({ name }) => `  ${name} -> ${publishedName(name, scope)}`);
  return [
    ...["Published names:", ...names, ""],
    `Registry: ${registry ?? "none. Use pnpm tarballs, or set one with --registry."}`,
    `Repository: ${repository ?? "none, so that published READMEs have no links to it. Set it with --repository."}`,
    ...(registry === undefined
      ? []
      : [
          "",
          "A service needs this line in its .npmrc, and a token if the registry asks for one:",
          `  ${scope}:registry=${registry}`,
        ]),
    "",
  ].join("\n");
}

/** Returns the web page of the remote `origin`, or undefined without such a remote. */
const readOrigin = (root: string): Promise<string | undefined> =>
  promisify(execFile)("git", ["remote", "get-url", "origin"], { cwd: root }).then(
    ({ stdout }) => pageOfRemote(stdout.trim()),
    () => undefined,
  );

await runCommand(command);
