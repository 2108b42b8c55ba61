import { Hono } from "hono";
import { cors } from "hono/cors";
import { createApi } from "./api/api.js";
import type { PageLimits } from "./api/query.js";
import { createRendering, type RenderingOptions } from "./api/rendering.js";
import { buildDocument } from "./builtin/build-document.js";
import { apiEndpoints } from "./endpoints/api-endpoints.js";
import { type DocsAccess, docsEndpoints } from "./endpoints/docs-endpoints.js";
import { storageEndpoints } from "./endpoints/storage-endpoints.js";
import { tokenEndpoints } from "./endpoints/token-endpoints.js";
import { createFiles } from "./files/files.js";
import { createPresignedUrls } from "./files/presigned-urls.js";
import { ConnectionCut, faultEffects } from "./http/fault-effects.js";
import { type CallKind, createFaults, type Fault, type Faults } from "./http/faults.js";
import { Failure, notFound } from "./http/http-error.js";
import { createRateLimiter, type RateLimits } from "./http/rate-limit.js";
import { createAnswers, type Env } from "./http/responses.js";
import { createStats, type Stats } from "./http/stats.js";
import { type ApiClient, type ApiClientOptions, type ApiClients, createApiClients } from "./identity/api-clients.js";
import { createAuthentication } from "./identity/authenticate.js";
import { createTokens, type TokenLifetimes } from "./identity/tokens.js";
import type { CustomFields } from "./model/entity.js";
import { readModel } from "./model/model.js";
import type { OpenApiDocument } from "./openapi/document.js";
import {
  apiPath,
  assetPath,
  docsPath,
  loginPath,
  olderTokenPath,
  refreshPath,
  storagePath,
  tokenPath,
} from "./paths.js";
import { createRandom } from "./records/random.js";
import { type SeedSizes, seedStore } from "./records/seed.js";
import { createStore } from "./records/store.js";

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
  docs?: DocsAccess;
  faults?: readonly Fault[];
  /**
   * The custom fields that the tenant has defined, by collection: `{ samples: { lot_number: "STR" } }`. A field that is not
   * among them is dropped without a word, as QBench does. Default: a few on orders, samples and tests.
   */
  customFields?: CustomFields;
  /** How new reports and print documents become files. */
  rendering?: Partial<RenderingOptions>;
  /**
   * How many records a collection has from the start: `{ tests: 40_000 }`; default a small laboratory. More are made when they
   * are read, so that a million cost no memory; a page without filters costs the same at any size.
   */
  records?: SeedSizes;
  /** Adds a key `qb<hex>` of random length to JSON answers, as QBench does at times (facts 6.4); default false. */
  padding?: boolean;
  /** Decides ids, secrets, tokens, records and the chance of faults; default 1. */
  seed?: number;
}

export interface Emulator {
  /**
   * Answers a request as QBench would. `cut` closes the caller's connection, for faults that do; what else is given beside a
   * request to a fetch has no effect.
   */
  fetch(request: Request, connection?: RequestInit & { cut?: () => void }): Promise<Response>;
  readonly clients: ApiClients;
  readonly faults: Faults;
  readonly stats: Stats;
  /** Makes access tokens dead: one, all of a client, or all. */
  revokeTokens(which?: { accessToken?: string; clientId?: string }): void;
  /** The cookie that opens the docs page when `docs` is "session". */
  readonly sessionCookie: string;
}

function kindOf(path: string): CallKind {
  if (path === tokenPath || path === olderTokenPath) return "token";
  if (path === refreshPath) return "refresh";
  if (path.startsWith(storagePath)) return "storage";
  return path.startsWith(`${docsPath}/`) || path.startsWith(assetPath) || path === loginPath ? "docs" : "api";
}

/** Makes a QBench of its own: nothing is shared with another emulator, nothing outlives it. */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  const { clock = Date, seed = 1 } = options;
  // Each has a chance of its own, so that one call more of one kind does not change all that follows.
  const random = createRandom(seed);
  const stats = createStats();
  const faults = createFaults(options.faults ?? [], createRandom(seed + 1), stats);
  const document = options.document ?? buildDocument();
  const model = readModel(document, options.customFields);
  const store = createStore(model);
  seedStore(model, store, createRandom(seed + 2), options.records ?? {});

  const lifetimes = { accessTokenSeconds: 3600, refreshTokenSeconds: 604_800, ...options.tokens };
  const tokens = createTokens(lifetimes, random, stats);
  const keepRecord = (client: ApiClient): void => {
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
  };
  const clients = createApiClients(random, keepRecord, id => store.remove("APIClient", id));
  for (const client of options.clients ?? [{}]) clients.create(client);

  const sessionCookie = `session=${random.hex(32)}`;
  const answers = createAnswers(random, options.padding ?? false);
  const authentication = createAuthentication(clients, tokens, options.tokens?.deadTokenStatus ?? 400, () => {
    stats.deadTokens++;
  });
  const limiter = createRateLimiter({ concurrent: 10, requests: 300, windowMs: 60_000, ...options.limits }, stats);
  const urls = createPresignedUrls(createRandom(seed + 3));
  const files = createFiles(urls);
  const rendering = createRendering({ pendingReads: 1, pendingMs: 0, ...options.rendering });
  const pageLimits: PageLimits = { maximum: 50, oversized: "clamp", ...options.limits?.pages };
  const api = createApi({ model, store, files, rendering, pageLimits });

  const app = new Hono<Env>();

  app.use(async (c, next) => {
    stats.requests++;
    const { method, path } = c.req;
    const fault = method === "OPTIONS" ? undefined : faults.meet({ kind: kindOf(path), method, path });
    const now = clock.now() + (fault?.skewMs ?? 0);
    c.set("now", now);
    c.set("fault", fault);
    c.header("Date", new Date(now).toUTCString());
    if (fault?.revokeToken) tokens.revoke({ accessToken: authentication.bearer(c) ?? "" });
    await next();
  });

  // A browser asks with an Origin; only the origin that is written at the API client gets an answer it may read.
  app.use(
    cors({
      origin: (origin, c) => {
        const caller = authentication.identify(c);
        const asked = caller ? [caller.client] : clients.list();
        return asked.some(client => client.corsOrigin === origin) ? origin : null;
      },
      credentials: true,
      allowHeaders: ["Authorization", "Content-Type", "x-amz-security-token"],
      allowMethods: ["GET", "POST", "PATCH", "PUT", "DELETE"],
      exposeHeaders: ["X-QBAPI-Throttle-Request-Count", "X-QBAPI-Throttle-TTL", "Retry-After", "Date"],
    }),
  );

  // Around the faults, so that an answer that comes late takes its place as long.
  app.use(`${apiPath}/*`, async (c, next) => {
    const caller = kindOf(c.req.path) === "api" ? authentication.identify(c) : undefined;
    const leave = caller && limiter.enter(caller.client.id, c.get("now"));
    try {
      await next();
    } finally {
      leave?.();
    }
  });
  app.use(faultEffects(answers));

  app.route("/", tokenEndpoints({ answers, authentication, clients, lifetimes, stats, tokens }));
  app.route(
    "/",
    docsEndpoints({
      access: options.docs ?? "open",
      answers,
      authentication,
      clients,
      document,
      sessionCookie,
      stats,
      tokens,
    }),
  );
  app.route("/", storageEndpoints({ files, stats, urls }));
  app.route("/", apiEndpoints({ answers, api, authentication, calls: model.calls, stats }));

  app.notFound(c => answers.failure(c, notFound("There is no such path")));
  app.onError((error, c) => {
    if (error instanceof Failure) {
      const kind = kindOf(c.req.path);
      if (kind === "token" || kind === "refresh") stats.tokenRefusals++;
      return answers.failure(c, error);
    }
    if (error instanceof ConnectionCut) throw error;
    const description = `The emulator itself failed: ${error.message}`;
    return answers.failure(c, new Failure(500, { error_type: "EmulatorError", error_description: description }));
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
