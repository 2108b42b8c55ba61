import { type Context, Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { cors } from "hono/cors";
import type { StatusCode } from "hono/utils/http-status";
import { createApi } from "./api.js";
import { type ApiClient, type ApiClientOptions, type ApiClients, createApiClients } from "./api-clients.js";
import { grantType, signAssertion } from "./assertion.js";
import { assetPath, assetType, docsInitializer, docsPage, loginPage, readAsset, withAssertion } from "./docs-page.js";
import { apiPath, buildDocument } from "./document.js";
import { Failure, forbidden, notFound } from "./failure.js";
import { type CallKind, createFaults, type Fault, type Faults } from "./faults.js";
import { type Call, type CustomFields, readModel } from "./model.js";
import type { OpenApiDocument } from "./openapi.js";
import type { PageLimits } from "./query.js";
import { createRandom } from "./random.js";
import { createRateLimiter, type RateLimits } from "./rate-limit.js";
import { documentInScope, isInScope } from "./scopes.js";
import { seedStore } from "./seed.js";
import { createStats, type Stats } from "./stats.js";
import { createStore } from "./store.js";
import { exchangeAssertion, redeemRefreshToken } from "./token-endpoints.js";
import { type AccessToken, createTokens, type IssuedTokens, type TokenLifetimes } from "./tokens.js";

export interface EmulatorOptions {
  /** The OpenAPI document to serve; default the built-in one. */
  document?: OpenApiDocument | undefined;
  /** The API clients there are from the start; default one, with every scope. */
  clients?: readonly ApiClientOptions[];
  /** The server's clock, in epoch milliseconds; default `Date`. */
  clock?: { now(): number };
  limits?: Partial<RateLimits & { pages: Partial<PageLimits> }>;
  tokens?: Partial<TokenLifetimes> & {
    /** How a missing, unknown, expired or revoked access token is answered: 400 as seen on QBench (default), or 401. */
    deadTokenStatus?: 400 | 401;
  };
  /**
   * Who may read the docs page: "open" (default), "bearer" with an access token of the client, or "session" with the
   * application's session cookie, without which the answer is its login page.
   */
  docs?: "open" | "bearer" | "session";
  faults?: readonly Fault[];
  /**
   * The custom fields that the tenant has defined, by collection: `{ samples: { lot_number: "STR" } }`. A field that is not
   * among them is dropped without a word, as QBench does. Default: a few on orders, samples and tests.
   */
  customFields?: CustomFields;
  /** Adds a key `qb<hex>` of random length to JSON answers, as QBench does at times (facts 6.4); default false. */
  padding?: boolean;
  /** Decides ids, secrets, tokens, records and the chance of faults; default 1. */
  seed?: number;
}

export interface Emulator {
  /** Answers a request as QBench would. `cut` closes the caller's connection, for faults that do. */
  fetch(request: Request, connection?: { cut?: () => void }): Promise<Response>;
  readonly clients: ApiClients;
  readonly faults: Faults;
  readonly stats: Stats;
  /** Makes access tokens dead: one, all of a client, or all. */
  revokeTokens(which?: { accessToken?: string; clientId?: string }): void;
  /** The cookie that opens the docs page when `docs` is "session". */
  readonly sessionCookie: string;
}

interface Env {
  Bindings: { cut?: () => void };
  Variables: { now: number; fault: Fault | undefined };
}

const tokenPaths = { [`${apiPath}/auth/token`]: "v2", "/qbench/oauth2/v1/token": "v1" } as const;
const refreshPath = `${apiPath}/auth/token/refresh`;
const docsPath = `${apiPath}/docs/openapi`;

function kindOf(path: string): CallKind {
  if (path in tokenPaths) return "token";
  if (path === refreshPath) return "refresh";
  return path.startsWith(`${docsPath}/`) || path.startsWith(assetPath) ? "docs" : "api";
}

/** Makes a QBench of its own: nothing is shared with another emulator, nothing outlives it. */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  const { clock = Date, seed = 1, padding = false, docs = "open" } = options;
  const random = createRandom(seed);
  const stats = createStats();
  const faults = createFaults(options.faults ?? [], createRandom(seed + 1), stats);
  const document = options.document ?? buildDocument();
  const model = readModel(document, options.customFields);
  const store = createStore(model);
  seedStore(model, store, createRandom(seed + 2));
  const limiter = createRateLimiter({ concurrent: 10, requests: 300, windowMs: 60_000, ...options.limits }, stats);
  const api = createApi(model, store, { maximum: 50, oversized: "clamp", ...options.limits?.pages });
  const tokens = createTokens(
    { accessTokenSeconds: 3600, refreshTokenSeconds: 604_800, ...options.tokens },
    random,
    stats,
  );
  const sessionCookie = `session=${random.hex(32)}`;
  const clients = createApiClients(random, client => {
    store.insert("APIClient", {
      id: client.id,
      name: client.name,
      client_type: client.type,
      cors_origin: client.corsOrigin ?? null,
      scopes_json: { scopes: [...client.scopes] },
      api_versions: "v2",
      confidential: true,
      read_only: false,
      date_created: clock.now(),
    });
  });
  for (const client of options.clients ?? [{}]) clients.create(client);

  const json = (c: Context<Env>, status: number, body: unknown): Response => {
    const padded =
      padding && typeof body === "object" && body !== null && !Array.isArray(body)
        ? { ...body, [`qb${random.hex(random.integer(1, 4))}`]: random.hex(random.integer(4, 40)) }
        : body;
    c.header("Content-Type", "application/json");
    return answer(c, status, JSON.stringify(padded));
  };

  const writeFailure = (c: Context<Env>, { status, body, headers }: Failure): Response => {
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
    return json(c, status, "error_type" in body ? { ...body, error_token: random.hex(16) } : body);
  };

  const bearer = (c: Context<Env>): string | undefined =>
    /^Bearer ([\x21-\x7e]+)$/i.exec(c.req.header("Authorization") ?? "")?.[1];

  /** The client whose access token the call carries (vendor guide rule 12). */
  const authenticate = (c: Context<Env>): { client: ApiClient; token: AccessToken } => {
    const value = bearer(c);
    const token = value === undefined ? undefined : tokens.check(value, c.get("now"));
    const client = token && clients.get(token.clientId);
    if (token && client) return { client, token };
    stats.deadTokens++;
    const description =
      value === undefined ? "Invalid Authorization header format." : "The access token is invalid or has expired.";
    throw new Failure(options.tokens?.deadTokenStatus ?? 400, {
      error_type: "AuthError",
      error_description: description,
      errors: [],
    });
  };

  const answerTokens = (
    c: Context<Env>,
    { accessToken, refreshToken, jid }: IssuedTokens,
    version: "v1" | "v2",
  ): Response => {
    const token = {
      access_token: accessToken.value,
      token_type: "Bearer",
      expires_in: Math.round((accessToken.expiresAt - accessToken.issuedAt) / 1000),
    };
    // The older endpoint gives no refresh token that any client has read (facts 3.2).
    if (version === "v1") return json(c, 200, token);
    const secure = new URL(c.req.url).protocol === "https:";
    const maxAge = options.tokens?.refreshTokenSeconds ?? 604_800;
    const sameSite = secure ? "None" : "Lax";
    setCookie(c, "jid", jid, { path: `${apiPath}/auth`, httpOnly: true, secure, sameSite, maxAge });
    return json(c, 200, { ...token, refresh_token: refreshToken });
  };

  const app = new Hono<Env>();

  app.use(async (c, next) => {
    stats.requests++;
    const { pathname } = new URL(c.req.url);
    const kind = kindOf(pathname);
    const fault = c.req.method === "OPTIONS" ? undefined : faults.meet({ kind, method: c.req.method, path: pathname });
    const now = clock.now() + (fault?.skewMs ?? 0);
    c.set("now", now);
    c.set("fault", fault);
    c.header("Date", new Date(now).toUTCString());
    if (!fault) return next();
    if (fault.latencyMs) await new Promise(resolve => setTimeout(resolve, fault.latencyMs));
    if (fault.cut === "before") return cut(c);
    if (fault.revokeToken) tokens.revoke({ accessToken: bearer(c) ?? "" });
    if (fault.redirect) return c.redirect(fault.redirect, fault.redirectStatus ?? 302);
    if (fault.status) {
      for (const [name, value] of Object.entries(fault.headers ?? {})) c.header(name, value);
      if (typeof fault.body === "string") return answer(c, fault.status, fault.body);
      const failure = new Failure(
        fault.status,
        fault.body ?? { error_type: "InjectedFault", error_description: "An injected fault" },
      );
      return writeFailure(c, failure);
    }
    await next();
    for (const [name, value] of Object.entries(fault.headers ?? {})) c.res.headers.set(name, value);
    if (fault.cut === "after") c.res = cut(c);
    if (fault.malformed || fault.cut === "during") {
      const text = await c.res.text();
      const half = new TextEncoder().encode(text.slice(0, Math.ceil(text.length / 2)));
      c.res = new Response(fault.malformed ? half : brokenBody(half, c.env?.cut), c.res);
    }
  });

  // A browser asks with an Origin; only the origin that is written at the API client gets an answer it may read.
  app.use(
    cors({
      origin: (origin, c) => {
        const token = tokens.check(bearer(c) ?? "", c.get("now"));
        const asked = token ? [clients.get(token.clientId)] : clients.list();
        return asked.some(client => client?.corsOrigin === origin) ? origin : null;
      },
      credentials: true,
      allowHeaders: ["Authorization", "Content-Type"],
      allowMethods: ["GET", "POST", "PATCH", "PUT", "DELETE"],
      exposeHeaders: ["X-QBAPI-Throttle-Request-Count", "X-QBAPI-Throttle-TTL", "Retry-After", "Date"],
    }),
  );

  for (const [path, version] of Object.entries(tokenPaths)) {
    app.post(path, async c => {
      const issued = await exchangeAssertion(c.req.raw, c.get("now"), { clients, tokens, stats });
      return answerTokens(c, issued, version);
    });
  }
  app.post(refreshPath, async c => {
    const issued = await redeemRefreshToken(c.req.raw, getCookie(c, "jid"), c.get("now"), { clients, tokens, stats });
    return answerTokens(c, issued, "v2");
  });
  app.get(`${apiPath}/auth/token/info`, c => {
    const { client, token } = authenticate(c);
    const expiresIn = Math.max(0, Math.round((token.expiresAt - c.get("now")) / 1000));
    return json(c, 200, { client_id: client.id, token_type: "Bearer", expires_in: expiresIn, scopes: client.scopes });
  });

  app.get(`${assetPath}/:file`, async c => {
    const file = await readAsset(c.req.param("file"));
    if (!file) throw notFound("There is no such file");
    return c.body(file, 200, { "Content-Type": assetType(c.req.param("file")) });
  });
  app.get("/login", c => c.html(loginPage));

  const docsOf = (c: Context<Env>, clientId: string): ApiClient | Response => {
    if (docs === "session" && !(c.req.header("Cookie") ?? "").split(/; */).includes(sessionCookie)) {
      return c.redirect("/login", 302);
    }
    if (docs === "bearer" && authenticate(c).client.id !== clientId)
      throw forbidden("These docs are of another API client");
    const client = clients.get(clientId);
    if (!client) throw notFound("There is no such API client");
    stats.docsReads++;
    return client;
  };
  app.get(`${docsPath}/:client`, c => {
    const client = docsOf(c, c.req.param("client"));
    return client instanceof Response ? client : c.html(docsPage(client.id));
  });
  app.get(`${docsPath}/:client/swagger-initializer.js`, async c => {
    const client = docsOf(c, c.req.param("client"));
    if (client instanceof Response) return client;
    const { accessToken } = await tokens.issue(client, c.get("now"));
    return c.body(docsInitializer(client.id, accessToken.value), 200, { "Content-Type": "text/javascript" });
  });
  app.get(`${docsPath}/:client/openapi.json`, async c => {
    const client = docsOf(c, c.req.param("client"));
    if (client instanceof Response) return client;
    const assertion = await signAssertion(client, c.get("now"));
    return json(c, 200, withAssertion(documentInScope(document, client.scopes), assertion, grantType));
  });

  const parameters = (call: Call): number => call.path.split("{").length - 1;
  const handle = async (c: Context<Env>, call: Call): Promise<Response> => {
    const { client } = authenticate(c);
    const leave = limiter.enter(client.id, c.get("now"));
    try {
      if (!isInScope(client.scopes, call.method, call.path)) {
        stats.outOfScope++;
        throw forbidden("The API client's scopes do not include this operation");
      }
      stats.apiCalls++;
      const operation = `${call.method.toUpperCase()} ${call.path}`;
      stats.byOperation[operation] = (stats.byOperation[operation] ?? 0) + 1;
      const ids = Array.from({ length: parameters(call) }, (_, index) => c.req.param(`p${index}`) ?? "");
      const body = await c.req.text();
      const result = api({ call, ids, url: new URL(c.req.url), body, client, now: c.get("now") });
      return result.body === undefined ? answer(c, result.status, null) : json(c, result.status, result.body);
    } finally {
      leave();
    }
  };
  // Hono takes the first route that fits, so paths without parameters come before those with.
  for (const call of model.calls.toSorted((a, b) => parameters(a) - parameters(b))) {
    let index = 0;
    app.on(
      call.method.toUpperCase(),
      call.path.replace(/\{[^}]*\}/g, () => `:p${index++}`),
      c => handle(c, call),
    );
  }

  app.notFound(c => writeFailure(c, notFound("There is no such path")));
  app.onError((error, c) => {
    if (error instanceof Failure) {
      const kind = kindOf(new URL(c.req.url).pathname);
      if (kind === "token" || kind === "refresh") stats.tokenRefusals++;
      return writeFailure(c, error);
    }
    if (error instanceof ConnectionCut) throw error;
    return writeFailure(c, new Failure(500, { error_type: "InternalError", error_description: "The emulator failed" }));
  });

  return {
    fetch: async (request, connection = {}) => app.fetch(request, connection),
    clients,
    faults,
    stats,
    revokeTokens: which => tokens.revoke(which),
    sessionCookie,
  };
}

function answer(c: Context<Env>, status: number, body: string | null): Response {
  c.status(status as StatusCode);
  return body === null ? c.body(null) : c.body(body);
}

/** Fetch's own failure for a connection that broke. */
class ConnectionCut extends TypeError {
  constructor() {
    super("fetch failed: the connection was cut by an injected fault");
    this.name = "TypeError";
  }
}

function cut(c: Context<Env>): never {
  c.env?.cut?.();
  throw new ConnectionCut();
}

/** Half a body, then the end of the connection, or a body that fails where there is none to cut. */
function brokenBody(half: Uint8Array, cutConnection: (() => void) | undefined): ReadableStream {
  let sent = false;
  return new ReadableStream({
    async pull(controller) {
      if (!sent) {
        sent = true;
        controller.enqueue(half);
        return;
      }
      if (!cutConnection) return controller.error(new ConnectionCut());
      // The server holds back what it is given at once; the half must be on its way before the socket is cut.
      await new Promise(resolve => setTimeout(resolve, 10));
      cutConnection();
      controller.close();
    },
  });
}
