import { CommandError } from "../command/command-error.ts";
import { type FoundDocument, findDocumentAt, type Reading } from "../docs-page/find-document.ts";
import { createReader, defaultLimits, type ReadLimits } from "../docs-page/read-address.ts";
import type { Change } from "../document/compare/change.ts";
import type { JsonObject } from "../document/model/json.ts";
import { countOperations, countSchemas } from "../document/model/operations.ts";
import type { Finding } from "../document/normalise/finding.ts";
import { normaliseDocument } from "../document/normalise/normalise-document.ts";
import { validateDocument } from "../document/read/validate-document.ts";
import { checkTypes } from "../types/check-types.ts";
import { isBaseline, isFromEmulator } from "./baseline.ts";
import { findCommitted, writeCommitted } from "./committed-document.ts";
import { type Client, chooseClient, readClients } from "./read-clients.ts";
import { readNames, readOverlays } from "./read-overlays.ts";
import { type DocsAccess, type Environment, hasDocsAddress, knownSecrets, readDocsAccess } from "./read-settings.ts";
import { readSource } from "./read-source.ts";

export interface PullOptions {
  /** The folder that holds `openapi/`. */
  root: string;
  env: Environment;
  /** A name in `openapi/clients.json`. Default: the first one. */
  client?: string | undefined;
  /** A file, an address, or `-` for stdin. Default: the client's docs page. */
  from?: string | undefined;
  limits?: Partial<ReadLimits>;
}

export interface PulledDocument {
  client: string;
  /** Where the document was, without credentials. */
  source: string;
  /** The path of the committed document, relative to the root. */
  file: string;
  document: JsonObject;
  operations: number;
  schemas: number;
  findings: Finding[];
  /** The differences from the committed document. Undefined if this is the first document of the API. */
  changes: Change[] | undefined;
}

export type PullResult = Omit<PulledDocument, "document"> & { changed: boolean };

/**
 * Reads a client's document, normalizes it and writes it to `openapi/<client>.json`. Writes nothing if a step fails.
 */
export async function pullClient(options: PullOptions): Promise<PullResult> {
  const { document, committed, ...pulled } = await readNormalised(options);
  // Both wait for the compiler.
  const [changes] = await Promise.all([
    changesOf(committed, document),
    checkTypes(pulled.client, document, pulled.source),
  ]);
  const changed = await writeCommitted(options.root, pulled.client, document);
  return { ...pulled, changes, changed };
}

/** Reads and normalizes a client's document without writing it, and compares it with the committed one. */
export async function readPulled(options: PullOptions): Promise<PulledDocument> {
  const { committed, ...pulled } = await readNormalised(options);
  return { ...pulled, changes: await changesOf(committed, pulled.document) };
}

async function changesOf(committed: JsonObject | undefined, document: JsonObject): Promise<Change[] | undefined> {
  if (committed === undefined || isBaseline(committed, document)) return undefined;
  const { findChanges } = await import("../drift/find-changes.ts");
  return findChanges(committed, document);
}

type NormalisedDocument = Omit<PulledDocument, "changes"> & { committed: JsonObject | undefined };

async function readNormalised(options: PullOptions): Promise<NormalisedDocument> {
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
  const committed = await findCommitted(root, client.name);
  if (committed !== undefined && !isFromEmulator(committed) && isFromEmulator(document)) {
    throw new CommandError(
      `${file} has the document of a tenant, and ${found.source} has the one of an emulator. ${from === undefined ? `Set ${client.url} to the tenant` : "Pass the document of the tenant with --from"}. To replace the tenant's document, remove ${file} first.`,
    );
  }
  return {
    client: client.name,
    source: found.source,
    file,
    document,
    operations: countOperations(document),
    schemas: countSchemas(document),
    findings,
    committed,
  };
}

async function readDocument(
  client: Client,
  env: Environment,
  from: string | undefined,
  limits: ReadLimits,
  onToken: (token: string) => void,
): Promise<FoundDocument> {
  // A file or another address needs no settings. If they are set, they are used for an address of the same origin.
  const access = from === undefined || hasDocsAddress(client, env) ? await readDocsAccess(client, env) : undefined;
  const reading: Reading = {
    read: createReader(access === undefined ? undefined : credentialsOf(access, onToken), limits),
    timeoutMs: limits.timeoutMs,
    signInHelp: signInHelp(client),
    secretHelp: `${access?.token === undefined ? "Set" : "Check"} ${client.clientSecret}`,
  };
  if (from !== undefined) return readSource(from, reading, limits.maxBytes);
  const { page } = access ?? (await readDocsAccess(client, env));
  return findDocumentAt(page, `${client.url} and ${client.clientId}`, reading);
}

function credentialsOf({ page, headers, token }: DocsAccess, onToken: (token: string) => void) {
  if (token === undefined) return { origin: page.origin, headers };
  const getToken = async (): Promise<string> => {
    const { createTokenSource } = await import("@qbench-sdk/auth");
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
    "Sign in with a browser, open the API client's Docs tab, and copy the request's Cookie header into ",
    cookie ?? 'a variable that openapi/clients.json names under "cookie"',
    ". Or save the document there as a file and use --from FILE.",
  ].join("");
