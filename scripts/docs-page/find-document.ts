import { CommandError, SignInError } from "../command/command-error.ts";
import { get, isObject, type Json, type JsonObject } from "../document/model/json.ts";
import { checkDocument, parseData, parseDocument } from "../document/read/parse-document.ts";
import { findOptions } from "./find-options.ts";
import { isHtml, type Page, parsePage } from "./parse-page.ts";
import { isRefusal, type ReadAddress } from "./read-address.ts";
import { showAddress } from "./show-address.ts";

export interface FoundDocument {
  document: JsonObject;
  /** Where it was, without anything secret. */
  source: string;
}

/** A text that was read, and what to tell the user about where it came from. */
export interface ReadText {
  text: string;
  source: string;
  url?: URL;
  redirected?: boolean;
}

export interface Reading {
  read: ReadAddress;
  /** What to do when a page wants a sign-in. */
  signInHelp: string;
  /** What to do about the secret when a page refuses the read. */
  secretHelp: string;
}

/** The document at an address, or the one that the docs page there shows. */
export async function findDocumentAt(url: URL, named: string, reading: Reading): Promise<FoundDocument> {
  return findDocument(await readOk(url, named, reading), reading);
}

/** The document that a text is, or that the docs page in it shows. */
export async function findDocument(given: ReadText, reading: Reading): Promise<FoundDocument> {
  if (!isHtml(given.text)) return { document: parseDocument(given.text, given.source), source: given.source };
  const page = parsePage(given.text);
  const base = baseOf(page, given.url);
  const options = await findPageOptions(page, given.url, base, reading);
  if (options === undefined) {
    if (isLogin(page, given)) throw new SignInError(`${given.source} is a login page: ${reading.signInHelp}`);
    throw new CommandError(
      `${given.source} is a page without an OpenAPI document: no Swagger UI or Redoc options name one that can be read`,
    );
  }
  if ("spec" in options)
    return { document: checkDocument(options.spec, `The document in ${given.source}`), source: given.source };
  const answer = await readOk(
    resolve(options.url, base, given.source),
    `the address that ${given.source} names`,
    reading,
  );
  if (!isHtml(answer.text)) return { document: parseDocument(answer.text, answer.source), source: answer.source };
  if (isLogin(parsePage(answer.text), answer))
    throw new SignInError(`${answer.source} is a login page: ${reading.signInHelp}`);
  throw new CommandError(`${answer.source}, which ${given.source} names as its document, is a page`);
}

type Place = { spec: Json } | { url: string };

async function findPageOptions(
  page: Page,
  url: URL | undefined,
  base: URL | undefined,
  reading: Reading,
): Promise<Place | undefined> {
  const code = page.scripts.flatMap(script => ("code" in script ? [script.code] : []));
  return (
    (await placeIn(findOptions(code, url), url, base, reading)) ??
    placeInData(page.data) ??
    (page.redocUrl === undefined ? undefined : { url: page.redocUrl }) ??
    // The bundle of Swagger UI is large and never names a document, so external scripts come last.
    (await placeIn(findOptions(await readScripts(page, base, reading), url), url, base, reading))
  );
}

async function placeIn(
  all: readonly JsonObject[],
  page: URL | undefined,
  base: URL | undefined,
  reading: Reading,
): Promise<Place | undefined> {
  for (const options of all) {
    const place = choosePlace(await withConfig(options, base, reading), page);
    if (place !== undefined) return place;
  }
  return undefined;
}

/** Swagger UI reads further options from `configUrl`; they win. */
async function withConfig(options: JsonObject, base: URL | undefined, reading: Reading): Promise<JsonObject> {
  const configUrl = options.configUrl;
  if (typeof configUrl !== "string") return options;
  const answer = await readOk(resolve(configUrl, base, "the page's configUrl"), "the page's configUrl", reading);
  const config = parseData(answer.text, answer.source);
  return isObject(config) ? { ...options, ...config } : options;
}

/** In Swagger UI's own order: a document given inline, one of a list of addresses, one address. */
function choosePlace(options: JsonObject, page: URL | undefined): Place | undefined {
  const { spec, url, urls } = options;
  if (isObject(spec) && Object.keys(spec).length > 0) return { spec };
  if (Array.isArray(urls)) {
    const asked = options.queryConfigEnabled === true ? page?.searchParams.get("urls.primaryName") : undefined;
    const primary = asked ?? options["urls.primaryName"];
    const chosen = get(urls.find(each => get(each, "name") === primary) ?? urls[0], "url");
    if (typeof chosen === "string") return { url: chosen };
  }
  return typeof url === "string" && url !== "" ? { url } : undefined;
}

/** A data block that is an OpenAPI document, or an object such as `{ "spec": … }` or `{ "url": … }` with one. */
function placeInData(blocks: readonly string[]): Place | undefined {
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

const maxScripts = 20;

async function readScripts(page: Page, base: URL | undefined, reading: Reading): Promise<string[]> {
  const scripts: string[] = [];
  for (const script of page.scripts.slice(0, maxScripts)) {
    if ("code" in script) scripts.push(script.code);
    else if (!isLibrary(script.src) && URL.canParse(script.src, base?.href)) {
      const text = await readScript(new URL(script.src, base), reading);
      if (text !== undefined) scripts.push(text);
    }
  }
  return scripts;
}

/** A script that can't be read may well be one that doesn't matter. */
async function readScript(url: URL, reading: Reading): Promise<string | undefined> {
  try {
    const { status, text } = await reading.read(url, "a script of the page");
    return status === 200 && !isHtml(text) ? text : undefined;
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

const isLibrary = (src: string): boolean => /swagger-ui(-bundle|-standalone-preset|-es-bundle)?(\.min)?\.js/.test(src);

async function readOk(url: URL, named: string, reading: Reading): Promise<ReadText & { url: URL }> {
  const answer = await reading.read(url, named);
  const source = showAddress(answer.url);
  if (isRefusal(answer))
    throw new SignInError(
      `${source} refuses the read (${answer.status}): ${reading.secretHelp}; or ${reading.signInHelp}`,
    );
  if (answer.status !== 200) throw new CommandError(`${source} answered ${answer.status}: check ${named}`);
  return { text: answer.text, source, url: answer.url, redirected: answer.redirected };
}

function baseOf(page: Page, url: URL | undefined): URL | undefined {
  return page.baseHref !== undefined && URL.canParse(page.baseHref, url?.href) ? new URL(page.baseHref, url) : url;
}

function resolve(address: string, base: URL | undefined, source: string): URL {
  if (URL.canParse(address, base?.href)) return new URL(address, base);
  throw new CommandError(
    `${source} names its document as "${address}", which has no host: save that document and give it with --from`,
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
