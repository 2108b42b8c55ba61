import { CommandError, SignInError } from "../command/command-error.ts";
import { get, isObject, type Json, type JsonObject } from "../document/model/json.ts";
import { checkDocument, parseData, parseDocument } from "../document/read/parse-document.ts";
import type { Page, Viewer } from "./parse-page.ts";
import { isRejected, type ReadAddress } from "./read-address.ts";
import { showAddress } from "./show-address.ts";

export interface FoundDocument {
  document: JsonObject;
  /** Where the document was, without secrets. */
  source: string;
}

/** A text, and where it came from. */
export interface ReadText {
  text: string;
  /** For error messages, without secrets. */
  source: string;
  url?: URL;
  redirected?: boolean;
}

export interface Reading {
  read: ReadAddress;
  /** The time for reading all scripts of a page together. */
  timeoutMs: number;
  /** What the user should do if a page needs a sign-in. */
  signInHelp: string;
  /** What the user should do about the secret if a page rejects the request. */
  secretHelp: string;
}

/** Returns the document at an address, or the document that the docs page at the address shows. */
export async function findDocumentAt(url: URL, named: string, reading: Reading): Promise<FoundDocument> {
  return findDocument(await readOk(url, named, reading), reading);
}

/** Parses the text as a document, or finds the document that the text, a docs page, shows. */
export async function findDocument(given: ReadText, reading: Reading, refreshes = 0): Promise<FoundDocument> {
  if (!isHtml(given.text)) return { document: parseDocument(given.text, given.source), source: given.source };
  // Loaded here, because a document that is not on a page needs no parsers of HTML and scripts.
  const { parsePage } = await import("./parse-page.ts");
  const page = parsePage(given.text);
  const base = baseOf(page, given.url);
  const options = await findPageOptions(page, given.url, base, reading);
  if (options === undefined) {
    if (isLogin(page, given)) throw new SignInError(`${given.source} is a login page. ${reading.signInHelp}`);
    if (page.refreshUrl !== undefined && refreshes < MAX_REFRESHES) {
      const next = resolve(page.refreshUrl, base, given.source);
      const found = await readOk(next, `the refresh in ${given.source}`, reading);
      return findDocument({ ...found, redirected: true }, reading, refreshes + 1);
    }
    if (page.otherViewer !== undefined) throw new CommandError(explainViewer(page.otherViewer, given.source, base));
    throw new CommandError(
      `${given.source} is a page without an OpenAPI document: its scripts have no Swagger UI or Redoc options that name one. Check the address, or save the document as a file and use --from FILE.`,
    );
  }
  if ("spec" in options)
    return { document: checkDocument(options.spec, `The document in ${given.source}`), source: given.source };
  const found = await readOk(resolve(options.url, base, given.source), `the address in ${given.source}`, reading);
  if (!isHtml(found.text)) return { document: parseDocument(found.text, found.source), source: found.source };
  if (isLogin(parsePage(found.text), found))
    throw new SignInError(`${found.source} is a login page. ${reading.signInHelp}`);
  throw new CommandError(
    `${found.source}, which ${given.source} names as its document, is an HTML page. Save the document as a file and use --from FILE.`,
  );
}

const isHtml = (text: string): boolean => /^\uFEFF?\s*</.test(text);

const MAX_REFRESHES = 5;

function explainViewer({ name, url }: Viewer, source: string, base: URL | undefined): string {
  const named = url !== undefined && URL.canParse(url, base?.href) ? showAddress(new URL(url, base)) : undefined;
  const use = named === undefined ? "Save its document as a file and use --from FILE." : `Use --from ${named}.`;
  return `${source} is a page of ${name}. Only pages of Swagger UI and Redoc can be read. ${use}`;
}

/** The document itself, or its address. */
type Location = { spec: Json } | { url: string };

async function findPageOptions(
  page: Page,
  url: URL | undefined,
  base: URL | undefined,
  reading: Reading,
): Promise<Location | undefined> {
  const { findOptions } = await import("./find-options.ts");
  const code = page.scripts.flatMap(script => ("code" in script ? [script.code] : []));
  return (
    (await locationInOptions(findOptions(code, url), url, base, reading)) ??
    locationInData(page.data) ??
    (page.redocUrl === undefined ? undefined : { url: page.redocUrl }) ??
    // External scripts come last, because each is one more request and most are libraries.
    (await locationInOptions(findOptions(await readScripts(page, base, reading), url), url, base, reading))
  );
}

async function locationInOptions(
  all: readonly JsonObject[],
  page: URL | undefined,
  base: URL | undefined,
  reading: Reading,
): Promise<Location | undefined> {
  for (const options of all) {
    const location = chooseLocation(await withConfig(options, base, reading), page);
    if (location !== undefined) return location;
  }
  return undefined;
}

/** Adds the options that Swagger UI reads from `configUrl`. They win over the others. */
async function withConfig(options: JsonObject, base: URL | undefined, reading: Reading): Promise<JsonObject> {
  const configUrl = options.configUrl;
  if (typeof configUrl !== "string") return options;
  try {
    const address = resolve(configUrl, base, "The page's configUrl");
    const { text, source } = await readOk(address, "the page's configUrl", reading);
    const config = parseData(text, source);
    return isObject(config) ? { ...options, ...config } : options;
  } catch (error) {
    // Swagger UI continues with the other options, too.
    if (error instanceof CommandError && chooseLocation(options, base) !== undefined) return options;
    throw error;
  }
}

/** Chooses in Swagger UI's own order: an inline document, then one address of a list, then one address. */
function chooseLocation(options: JsonObject, page: URL | undefined): Location | undefined {
  const { spec, url, urls } = options;
  if (isObject(spec) && Object.keys(spec).length > 0) return { spec };
  if (Array.isArray(urls)) {
    const fromQuery = options.queryConfigEnabled === true ? page?.searchParams.get("urls.primaryName") : undefined;
    const primary = fromQuery ?? options["urls.primaryName"];
    const chosen = get(urls.find(each => get(each, "name") === primary) ?? urls[0], "url");
    if (typeof chosen === "string") return { url: chosen };
  }
  return typeof url === "string" && url !== "" ? { url } : undefined;
}

/** Finds a data block that is an OpenAPI document, or an object `{ "spec": … }` that contains one. */
function locationInData(blocks: readonly string[]): Location | undefined {
  for (const block of blocks) {
    try {
      const data = parseData(block, "data");
      if (typeof get(data, "openapi") === "string" || get(data, "swagger") === "2.0") return { spec: data };
      const spec = get(data, "spec");
      if (typeof get(spec, "openapi") === "string") return { spec: spec ?? null };
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
    }
  }
  return undefined;
}

const MAX_SCRIPTS = 20;

/** Reads the scripts of a page concurrently, in one timeout for all of them, and returns them in their order. */
async function readScripts(page: Page, base: URL | undefined, reading: Reading): Promise<string[]> {
  const signal = AbortSignal.timeout(reading.timeoutMs);
  const scripts = page.scripts.slice(0, MAX_SCRIPTS).map(async script => {
    if ("code" in script) return script.code;
    if (isLibrary(script.src) || !URL.canParse(script.src, base?.href)) return undefined;
    return readScript(new URL(script.src, base), reading, signal);
  });
  return (await Promise.all(scripts)).filter(script => script !== undefined);
}

/** Returns undefined if the script cannot be read, because most scripts do not matter. */
async function readScript(url: URL, reading: Reading, signal: AbortSignal): Promise<string | undefined> {
  try {
    const { status, text } = await reading.read(url, "a script of the page", signal);
    return status === 200 ? text : undefined;
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

const isLibrary = (src: string): boolean => /swagger-ui(-bundle|-standalone-preset|-es-bundle)?(\.min)?\.js/.test(src);

async function readOk(url: URL, named: string, reading: Reading): Promise<ReadText & { url: URL }> {
  const response = await reading.read(url, named);
  const source = showAddress(response.url);
  if (isRejected(response))
    throw new SignInError(
      `GET ${source} was rejected with status ${response.status}. ${reading.secretHelp}. Or: ${reading.signInHelp}`,
    );
  if (response.status !== 200)
    throw new CommandError(`GET ${source} failed with status ${response.status}. Check ${named}.`);
  return { text: response.text, source, url: response.url, redirected: response.redirected };
}

function baseOf(page: Page, url: URL | undefined): URL | undefined {
  return page.baseHref !== undefined && URL.canParse(page.baseHref, url?.href) ? new URL(page.baseHref, url) : url;
}

function resolve(address: string, base: URL | undefined, source: string): URL {
  if (URL.canParse(address, base?.href)) return new URL(address, base);
  throw new CommandError(
    `${source} names the document "${address.split(/[?#]/)[0]}", which has no host. Save that document as a file and use --from FILE.`,
  );
}

const loginWords = new Set(["login", "log-in", "signin", "sign-in", "sign_in", "sso"]);

const isLogin = (page: Page, { url, redirected }: ReadText): boolean =>
  page.asksForPassword ||
  (redirected === true &&
    url !== undefined &&
    url.pathname
      .toLowerCase()
      .split("/")
      .some(part => loginWords.has(part)));
