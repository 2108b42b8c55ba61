import { join } from "node:path";
import { createTokenSource } from "@qbench-sdk/auth";
import { type FoundDocument, findDocumentAt, type Reading } from "./docs-page/find-document.ts";
import { createReader, defaultLimits, type ReadLimits } from "./docs-page/read-address.ts";
import type { Finding } from "./document/finding.ts";
import { normaliseDocument } from "./document/normalise-document.ts";
import { countOperations, countSchemas } from "./document/operations.ts";
import { formatDocument } from "./document/sort-document.ts";
import { validateDocument } from "./document/validate-document.ts";
import { type Client, chooseClient, readClients } from "./read-clients.ts";
import { readNames, readOverlays } from "./read-overlays.ts";
import { type DocsAccess, type Environment, hasDocsAddress, knownSecrets, readDocsAccess } from "./read-settings.ts";
import { readSource } from "./read-source.ts";
import { writeIfChanged } from "./write-file.ts";

export interface PullOptions {
  /** The folder that holds `openapi/`. */
  root: string;
  env: Environment;
  /** A name of `openapi/clients.json`; the first one by default. */
  client?: string | undefined;
  /** A file, an address, or `-` for stdin, instead of the client's docs page. */
  from?: string | undefined;
  limits?: Partial<ReadLimits>;
}

export interface PullResult {
  client: string;
  /** Where the document was, without credentials. */
  source: string;
  /** What was written, relative to the root. */
  file: string;
  changed: boolean;
  operations: number;
  schemas: number;
  findings: Finding[];
}

/** Reads a client's document, mends it and writes it to `openapi/<client>.json`; writes nothing when any step fails. */
export async function pullClient(options: PullOptions): Promise<PullResult> {
  const { root, env, from } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const client = chooseClient(await readClients(root), options.client);
  const tokens: string[] = [];
  const found = await readDocument(client, env, from, limits, token => tokens.push(token));
  const secrets = [...knownSecrets(client, env), ...tokens];
  const [names, overlays] = await Promise.all([readNames(root), readOverlays(root, client.name)]);
  const { document, findings } = normaliseDocument(found.document, { secrets, names, overlays });
  await validateDocument(document, found.source);
  const file = `openapi/${client.name}.json`;
  return {
    client: client.name,
    source: found.source,
    file,
    changed: await writeIfChanged(join(root, file), formatDocument(document)),
    operations: countOperations(document),
    schemas: countSchemas(document),
    findings,
  };
}

async function readDocument(
  client: Client,
  env: Environment,
  from: string | undefined,
  limits: ReadLimits,
  onToken: (token: string) => void,
): Promise<FoundDocument> {
  // A file or another address needs no settings; those that there are still count for an address of the same origin.
  const access = from === undefined || hasDocsAddress(client, env) ? readDocsAccess(client, env) : undefined;
  const reading: Reading = {
    read: createReader(access === undefined ? undefined : credentialsOf(access, onToken), limits),
    signInHelp: signInHelp(client),
    secretHelp: `${access?.token === undefined ? "set" : "check"} ${client.clientSecret}`,
  };
  if (from !== undefined) return readSource(from, reading, limits.maxBytes);
  const { page } = access ?? readDocsAccess(client, env);
  return findDocumentAt(page, `${client.url} and ${client.clientId}`, reading);
}

function credentialsOf({ page, headers, token }: DocsAccess, onToken: (token: string) => void) {
  if (token === undefined) return { origin: page.origin, headers };
  const getToken = async (): Promise<string> => {
    const source = createTokenSource(token);
    try {
      const accessToken = await source.getToken();
      onToken(accessToken);
      return accessToken;
    } finally {
      source.close();
    }
  };
  return { origin: page.origin, headers, getToken };
}

const signInHelp = ({ cookie }: Client): string =>
  [
    "sign in in the browser, open the API client's Docs tab and copy the request's Cookie header into " +
      (cookie ?? 'a variable that openapi/clients.json names under "cookie"'),
    "or save the document there as a file and use --from FILE",
  ].join("; ");
