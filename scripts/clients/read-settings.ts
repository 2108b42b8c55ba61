import { CommandError } from "../command/command-error.ts";
import type { Client } from "./read-clients.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The address of a client's docs page, and the credentials for it. They are sent to the page's own origin only. */
export interface DocsAccess {
  page: URL;
  headers: Record<string, string>;
  /** Present if the page is on the tenant's own host, because only this host accepts its tokens. */
  token?: ApiAccess;
}

/** The settings of a client that calls the API. */
export interface ApiAccess {
  baseUrl: string;
  clientId: string;
  clientSecret: string;
}

const defaultDocument = "{URL}/qbench/api/v2/docs/openapi/{CLIENT_ID}";

export async function readDocsAccess(client: Client, env: Environment): Promise<DocsAccess> {
  const { isSecureUrl, parseBaseUrl } = await importAuth();
  const template = client.document ?? defaultDocument;
  const needs = (placeholder: string) => template.includes(placeholder);
  const url = needs("{URL}") ? required(env, client.url, "the address of your tenant") : optional(env, client.url);
  const baseUrl = url === undefined ? undefined : parseBaseUrl(url, client.url);
  const clientId = needs("{CLIENT_ID}")
    ? required(env, client.clientId, "the Client ID of the API client")
    : optional(env, client.clientId);
  const clientSecret = optional(env, client.clientSecret);
  const address = template
    .replaceAll("{URL}", baseUrl ?? "")
    .replaceAll("{CLIENT_ID}", encodeURIComponent(clientId ?? ""));
  const page = URL.canParse(address) ? new URL(address) : undefined;
  if (page === undefined || !isSecureUrl(page)) {
    throw new CommandError(
      `openapi/clients.json: "document" of client ${client.name} is not an https address. Correct it.`,
    );
  }
  const mayHaveToken = baseUrl !== undefined && new URL(baseUrl).origin === page.origin;
  return {
    page,
    headers: readHeaders(client, env),
    ...(mayHaveToken && clientId !== undefined && clientSecret !== undefined
      ? { token: { baseUrl, clientId, clientSecret } }
      : {}),
  };
}

/** Returns what a client needs to call the API. Throws for the first setting that is missing. */
export async function readApiAccess(client: Client, env: Environment): Promise<ApiAccess> {
  const { parseBaseUrl } = await importAuth();
  return {
    baseUrl: parseBaseUrl(required(env, client.url, "the address of your tenant"), client.url),
    clientId: required(env, client.clientId, "the Client ID of the API client"),
    clientSecret: required(env, client.clientSecret, "the Client Secret of the API client"),
  };
}

/** Loads the package only for settings of a tenant, because a document in a file needs none. */
const importAuth = () => import("@qbench-sdk/auth/internal");

/** Returns true if the settings define the address of the client's docs page. */
export const hasDocsAddress = (client: Client, env: Environment): boolean => {
  const template = client.document ?? defaultDocument;
  const known = (placeholder: string, name: string) => !template.includes(placeholder) || (env[name] ?? "") !== "";
  return known("{URL}", client.url) && known("{CLIENT_ID}", client.clientId);
};

/** Returns the values of the settings that a document must not contain. */
export function knownSecrets(client: Client, env: Environment): string[] {
  const headers = Object.entries(readHeaders(client, env));
  const isCookie = ([name]: [string, string]) => name.toLowerCase() === "cookie";
  const Cookie = headers.find(isCookie)?.[1];
  const others = Object.fromEntries(headers.filter(header => !isCookie(header)));
  const cookies = (Cookie ?? "").split(";").map(pair => pair.slice(pair.indexOf("=") + 1).trim());
  const header = Object.values(others).flatMap(value => [value, value.slice(value.indexOf(" ") + 1)]);
  // A short cookie value is a flag ("1", "en"), not a secret.
  return [optional(env, client.clientSecret), Cookie, ...cookies.filter(value => value.length >= 8), ...header].filter(
    value => value !== undefined,
  );
}

function readHeaders(client: Client, env: Environment): Record<string, string> {
  const headers: Record<string, string> = {};
  const cookie = client.cookie === undefined ? undefined : optional(env, client.cookie);
  // Browser tools copy either the header's value or its whole line.
  if (cookie !== undefined) headers.Cookie = checkHeader(cookie.replace(/^cookie:\s*/i, ""), client.cookie);
  const header = client.header === undefined ? undefined : optional(env, client.header);
  if (header !== undefined) {
    const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*([^ \t].*)$/.exec(header) ?? [];
    if (name === undefined || value === undefined) {
      throw new CommandError(`${client.header} is not a header. Set it to "Name: value".`);
    }
    headers[name] = checkHeader(value, client.header);
  }
  return headers;
}

function checkHeader(value: string, setting: string | undefined): string {
  if (/^[\t\x20-\x7e\x80-\xff]+$/.test(value)) return value;
  throw new CommandError(`${setting} has a character that is not allowed in a header. Copy it again, on one line.`);
}

function required(env: Environment, name: string, what: string): string {
  const value = optional(env, name);
  if (value !== undefined) return value;
  throw new CommandError(
    `${name} is not set. Set it to ${what}, in the environment or in .env at the repository root.`,
  );
}

function optional(env: Environment, name: string): string | undefined {
  const value = env[name];
  if (value === undefined || value.trim() === "") return undefined;
  if (value.trim() === value) return value;
  throw new CommandError(`${name} has white space at its start or end. Remove it, in the environment or in .env.`);
}
