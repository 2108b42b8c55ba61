import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CommandError } from "../command/command-error.ts";
import { writeIfChanged } from "../command/write-file.ts";

/** Who publishes the packages, and where. `pnpm company` writes it to company.json. */
export interface Company {
  /** The scope of the published packages, such as `@acme`. */
  scope: string;
  /** The registry that the packages are published to and installed from. Without one, only tarballs are made. */
  registry?: string;
  /** The web page of the company's copy of this repository. Published packages link to it. */
  repository?: string;
}

/** The scope that the sources use. */
export const SOURCE_SCOPE = "@qbench-sdk";

const file = "company.json";

/** Reads company.json. Without that file, as in the repository that companies copy, only the scope of the sources is set. */
export const readCompany = async (root: string): Promise<Company> =>
  (await findCompany(root)) ?? { scope: SOURCE_SCOPE };

/** Reads company.json. Returns undefined without that file. */
export async function findCompany(root: string): Promise<Company | undefined> {
  const text = await readFile(join(root, file), "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  try {
    return checkCompany(JSON.parse(text));
  } catch (error) {
    throw new CommandError(
      `${file} is invalid: ${error instanceof Error ? error.message : error} Correct the file, or delete it and run pnpm company.`,
    );
  }
}

/** Writes company.json, if it changes. */
export const writeCompany = async (root: string, company: Company): Promise<boolean> =>
  writeIfChanged(join(root, file), `${JSON.stringify(checkCompany(company), null, 2)}\n`);

/**
 * Returns a package's published name: `@acme/qbench-client` for `@qbench-sdk/client`. The scope of the sources keeps the
 * names of the sources.
 */
export function publishedName(name: string, scope: string): string {
  return scope === SOURCE_SCOPE ? name : name.replace(`${SOURCE_SCOPE}/`, `${scope}/qbench-`);
}

/** Returns the web page of a repository, from the address that git has for it. Returns undefined for a local folder. */
export function pageOfRemote(remote: string): string | undefined {
  const [, protocol, host, port = "", path = ""] =
    /^(https:\/\/|ssh:\/\/)?(?:[^@/]*@)?([\w.-]+\.[a-z]+)(:\d+)?[:/](.+?)(?:\.git)?\/?$/.exec(remote) ?? [];
  if (host === undefined) return undefined;
  if (host === "ssh.dev.azure.com") return `https://dev.azure.com/${path.replace(/^v3\/(.+)\//, "$1/_git/")}`;
  // The web page has another port than SSH.
  return `https://${host}${protocol === "https://" ? port : ""}/${path}`;
}

function checkCompany(value: unknown): Company {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new CommandError("It must be an object with a scope.");
  const { scope, registry, repository, ...others }: Record<string, unknown> = { ...value };
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new CommandError(`${JSON.stringify(unknown)} is not a setting.`);
  if (typeof scope !== "string" || !/^@[a-z0-9][a-z0-9._-]*$/.test(scope))
    throw new CommandError('The scope must be like "@acme", in lower case.');
  return {
    scope,
    ...(registry !== undefined && { registry: checkUrl("registry", registry) }),
    ...(repository !== undefined && { repository: checkUrl("repository", repository).replace(/(\.git)?\/$/, "") }),
  };
}

/** Returns the address with a slash at its end. */
function checkUrl(setting: string, value: unknown): string {
  const url = typeof value === "string" && URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new CommandError(`The ${setting} must be an address that begins with https.`);
  // Without the address, which contains the password.
  if (url.username !== "" || url.password !== "")
    throw new CommandError(`The ${setting} must not contain a user or password. Put the token into your .npmrc.`);
  if (url.search !== "" || url.hash !== "") throw new CommandError(`The ${setting} must not contain "?" or "#".`);
  return withSlash(url.href);
}

/** Returns an address with a slash at its end, as npm compares registries. */
export const withSlash = (url: string): string => (url.endsWith("/") ? url : `${url}/`);
