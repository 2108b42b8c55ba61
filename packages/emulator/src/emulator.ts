import { Hono } from "hono";
import { cors } from "hono/cors";
import { createApi } from "./api/api.js";
import type { PageLimits } from "./api/query.js";
import { createRendererFactory } from "./api/render.js";
import { createRendering, type RenderingOptions } from "./api/rendering.js";
import { buildDocument } from "./builtin/build-document.js";
import { apiEndpoints } from "./endpoints/api-endpoints.js";
import { type DocsAccess, docsEndpoints } from "./endpoints/docs-endpoints.js";
import { storageEndpoints } from "./endpoints/storage-endpoints.js";
import { tokenEndpoints } from "./endpoints/token-endpoints.js";
import { createFiles } from "./files/files.js";
import { createPresignedUrls } from "./files/presigned-urls.js";
import { failInRecords, readInitialRecords } from "./given-records/initial-records.js";
import { insertRecords } from "./given-records/insert-records.js";
import { createLabRecords, type LabRecords } from "./given-records/lab-records.js";
import type { InitialRecords } from "./given-records/record-types.js";
import { ConnectionCut, faultEffects } from "./http/fault-effects.js";
import { type CallKind, createFaults, type Fault, type Faults } from "./http/faults.js";
import { HttpError, notFound } from "./http/http-error.js";
import { createRateLimiter, type RateLimits } from "./http/rate-limit.js";
import { type LoggedRequest, logRequests } from "./http/request-log.js";
import { createResponses, type Env } from "./http/responses.js";
import { createStats, type Stats } from "./http/stats.js";
import { type ApiClient, type ApiClientOptions, type ApiClients, createApiClients } from "./identity/api-clients.js";
import { createAuthentication } from "./identity/authenticate.js";
import { createTokens, type TokenLifetimes } from "./identity/tokens.js";
import type { CustomFields, Entity } from "./model/entity.js";
import { customizeModel, type Model, readModel } from "./model/model.js";
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
import { createStore, type StoredRecord } from "./records/store.js";
import { computedFields, createComputedFields } from "./rules/computed-fields.js";
import { reportsOn } from "./rules/report-scope.js";
import { seedStore } from "./seed/seed-store.js";
import { createWorksheets, type WorksheetOptions } from "./worksheets/worksheets.js";

/**
 * The options of an emulator. All of them are optional.
 *
 * @example
 * ```ts
 * const options: EmulatorOptions = {
 *   clients: [{ name: "Nightly export", scopes: ["GET /tests*"] }],
 *   records: { tests: 40_000 },
 *   tokens: { accessTokenSeconds: 60 },
 *   faults: [{ on: "api", status: 503, probability: 0.05 }],
 * };
 * ```
 */
export interface EmulatorOptions {
  /** The OpenAPI 3 document to serve. Default: the result of {@link buildDocument}. */
  document?: OpenApiDocument | undefined;
  /** The API clients that exist from the start. Default: one client with all scopes. */
  clients?: readonly ApiClientOptions[];
  /** The server's clock, in epoch milliseconds. Default: `Date`. */
  clock?: {
    /** Returns the current time. */
    now(): number;
  };
  /** The rate limits of each API client, and the limits on pages. */
  limits?: Partial<
    RateLimits & {
      /** The limits on pages of lists. */
      pages: Partial<PageLimits>;
    }
  >;
  /** How long tokens are valid, and how the API rejects a token. */
  tokens?: Partial<TokenLifetimes> & {
    /**
     * The status for a missing, unknown, expired or revoked access token. QBench was seen to respond with 400
     * (docs/qbench-api.md §3.4). Default: 400.
     */
    rejectedTokenStatus?: 400 | 401;
  };
  /**
   * The access to docs pages: `open` for all, `bearer` with an access token of the API client, or `session` with
   * {@link Emulator.sessionCookie}. Without that cookie, `session` redirects to the login page. Default: `open`.
   */
  docs?: DocsAccess;
  /** The faults that are active from the start. Default: none. */
  faults?: readonly Fault[];
  /**
   * The custom fields that the tenant has defined, by collection: `{ samples: { lot_number: "STR" } }`. Other unknown
   * fields are silently ignored, as QBench does (docs/qbench-api.md §5.2). Default: some on orders, samples and tests.
   */
  customFields?: CustomFields;
  /**
   * The tenant's own states of orders, tests and order requests, such as `["NEEDS REVIEW (DATA TEAM)"]`. A write with a
   * state that is neither here nor among the known ones (docs/qbench-api.md §10) fails with 400. Default: none.
   */
  states?: readonly string[];
  /** The ids of the labels that the tenant has defined. Printing another label fails with 404. Default: 1 to 10. */
  labels?: readonly number[];
  /** How new reports and print documents are rendered. */
  rendering?: Partial<RenderingOptions>;
  /** The cells of worksheets, and how written cells are processed. */
  worksheets?: Partial<WorksheetOptions>;
  /**
   * The records that exist from the start, by collection: a number of seeded records, or a list of exactly these
   * records. Default: a small laboratory. Seeded records refer to no record of a list. Those beyond the small laboratory
   * are made when they are read, so that a million costs no memory.
   */
  records?: InitialRecords;
  /** Called after each request, for a log. An error that it throws fails the request. Default: no log. */
  onRequest?: (request: LoggedRequest) => void;
  /** Adds the padding key `qb<hex>` to JSON responses, as QBench does (docs/qbench-api.md §6.4). Default: false. */
  padding?: boolean;
  /** Determines ids, secrets, tokens and records, and which requests a fault's `probability` selects. Default: 1. */
  seed?: number;
}

/** A QBench in memory. Two emulators share nothing. */
export interface Emulator {
  /**
   * Responds to a request as QBench would. It can replace `fetch` wherever a client accepts one.
   *
   * @param connection `cut` closes the client's connection, for faults that do so. All other members are ignored; they
   * are there so that the method has the type of `fetch`.
   */
  fetch(request: Request, connection?: RequestInit & { cut?: () => void }): Promise<Response>;
  /** The registered API clients. */
  readonly clients: ApiClients;
  /** The faults that are active, such as outages. */
  readonly faults: Faults;
  /** Counts of what the emulator has received and done. */
  readonly stats: Stats;
  /** The records of the laboratory, without requests and permissions. */
  readonly records: LabRecords;
  /**
   * Revokes one access token, all of a client, or all.
   *
   * @example
   * ```ts
   * emulator.revokeTokens({ clientId: apiClient.id });
   * ```
   */
  revokeTokens(which?: { accessToken?: string; clientId?: string }): void;
  /** The cookie that opens the docs pages if the option `docs` is `session`. */
  readonly sessionCookie: string;
}

function kindOf(path: string): CallKind {
  if (path === tokenPath || path === olderTokenPath) return "token";
  if (path === refreshPath) return "refresh";
  if (path.startsWith(storagePath)) return "storage";
  return path.startsWith(`${docsPath}/`) || path.startsWith(assetPath) || path === loginPath ? "docs" : "api";
}

let builtIn: Model | undefined;

/** Reads the built-in document once, because that takes most of the time of creating an emulator. */
function builtInModel(): Model {
  builtIn ??= readModel(buildDocument());
  return builtIn;
}

/**
 * Creates an emulator that runs in the process, without a network. It needs only `fetch`'s own interfaces, so that it
 * runs in every runtime. {@link startEmulator} serves one on a port.
 *
 * @throws Error if `records`, `clients` or `faults` is invalid. The message names the wrong value.
 *
 * @example
 * ```ts
 * import { createEmulator } from "@qbench-sdk/emulator";
 * import { createQBenchClient } from "@qbench-sdk/client";
 *
 * const emulator = createEmulator({ records: { tests: 1000 } });
 * const { id, secret } = emulator.clients.create({ name: "Nightly export" });
 * const client = createQBenchClient({
 *   baseUrl: "https://lab.example",
 *   clientId: id,
 *   clientSecret: secret,
 *   fetch: emulator.fetch,
 * });
 * ```
 */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  const { clock = Date, seed = 1 } = options;
  // Defaults replace only what is missing: null is rejected, also from a JSON file.
  const { records: initialRecords = {}, clients: initialClients = [{}], faults: initialFaults = [] } = options;
  // Each part has its own random numbers, so that one more request of one kind does not change the others.
  const random = createRandom(seed);
  const stats = createStats();
  const faults = createFaults(initialFaults, createRandom(seed + 1), stats);
  const shared = options.document ? readModel(options.document) : builtInModel();
  const model = customizeModel(shared, options.customFields);
  const store = createStore(model, { createComputedFields, computedFields, reportsOn });
  const { sizes, given } = readInitialRecords(model, initialRecords);
  seedStore(model, store, createRandom(seed + 2), sizes);

  const lifetimes = { accessTokenSeconds: 3600, refreshTokenSeconds: 604_800, ...options.tokens };
  const tokens = createTokens(lifetimes, random, stats);
  const storeClient = (client: ApiClient): void => {
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
  const removeClient = (id: string) => store.remove("APIClient", id);
  const clients = createApiClients(initialClients, random, storeClient, removeClient);

  const sessionCookie = `session=${random.hex(32)}`;
  const responses = createResponses(random, options.padding ?? false);
  const authentication = createAuthentication(clients, tokens, options.tokens?.rejectedTokenStatus ?? 400, () => {
    stats.rejectedTokens++;
  });
  const limiter = createRateLimiter({ concurrent: 10, requests: 300, windowMs: 60_000, ...options.limits }, stats);
  const urls = createPresignedUrls(createRandom(seed + 3));
  const files = createFiles(urls);
  const rendering = createRendering(store, { pendingReads: 1, pendingMs: 0, ...options.rendering });
  const worksheets = createWorksheets(model, store, options.worksheets ?? {});
  const insertParts = {
    model,
    store,
    clock,
    onCreate: (entity: Entity, record: StoredRecord) => rendering.start(entity, record, clock.now()),
  };
  insertRecords(insertParts, given, failInRecords, true);
  const rendererFor = createRendererFactory(model, store, files, worksheets);
  const records = createLabRecords({
    ...insertParts,
    render: (entity, record) => rendererFor("https://lab.example", clock.now()).record(entity, record),
  });
  const pageLimits: PageLimits = { maximum: 50, oversized: "clamp", ...options.limits?.pages };
  const { states = [], labels = Array.from({ length: 10 }, (_, index) => index + 1) } = options;
  const api = createApi({ model, store, files, rendering, worksheets, pageLimits, states, labels });

  const app = new Hono<Env>();

  app.use(async (c, next) => {
    stats.requests++;
    const { method, path } = c.req;
    const fault = method === "OPTIONS" ? undefined : faults.match({ kind: kindOf(path), method, path });
    const now = clock.now() + (fault?.skewMs ?? 0);
    c.set("now", now);
    c.set("fault", fault);
    c.header("Date", new Date(now).toUTCString());
    if (fault?.revokeToken) tokens.revoke({ accessToken: authentication.bearer(c) ?? "" });
    await next();
  });

  if (options.onRequest) {
    app.use(logRequests(options.onRequest, c => authentication.identify(c)?.client.name, kindOf));
  }

  // Only the origin that is set for the API client gets the CORS headers. A preflight has no token, so that any
  // client's origin is allowed there.
  const addCorsHeaders = cors({
    origin: (origin, c) => {
      const caller = authentication.identify(c);
      const candidates = caller ? [caller.client] : clients.list();
      return candidates.some(client => client.corsOrigin === origin) ? origin : null;
    },
    credentials: true,
    allowHeaders: ["Authorization", "Content-Type", "x-amz-security-token"],
    allowMethods: ["GET", "POST", "PATCH", "PUT", "DELETE"],
    exposeHeaders: ["X-QBAPI-Throttle-Request-Count", "X-QBAPI-Throttle-TTL", "Retry-After", "Date"],
  });
  // The headers make a response several times more expensive, and only browsers need them.
  app.use((c, next) => (c.req.header("Origin") === undefined ? next() : addCorsHeaders(c, next)));

  // Comes before the faults, so that a delayed request stays in flight until its response.
  app.use(`${apiPath}/*`, async (c, next) => {
    const caller = kindOf(c.req.path) === "api" ? authentication.identify(c) : undefined;
    const release = caller && limiter.acquire(caller.client.id, c.get("now"));
    try {
      await next();
    } finally {
      release?.();
    }
  });
  app.use(faultEffects(responses));

  app.route("/", tokenEndpoints({ authentication, clients, lifetimes, responses, stats, tokens }));
  app.route(
    "/",
    docsEndpoints({
      access: options.docs ?? "open",
      authentication,
      clients,
      document: model.document,
      responses,
      sessionCookie,
      stats,
      tokens,
    }),
  );
  app.route("/", storageEndpoints({ files, stats, urls }));
  app.route("/", apiEndpoints({ api, authentication, operations: model.operations, responses, stats }));

  app.notFound(c => responses.error(c, notFound("The path does not exist")));
  app.onError((error, c) => {
    if (error instanceof HttpError) {
      const kind = kindOf(c.req.path);
      if (kind === "token" || kind === "refresh") stats.rejectedGrants++;
      return responses.error(c, error);
    }
    if (error instanceof ConnectionCut) throw error;
    const description = `The emulator itself failed: ${error.message}`;
    return responses.error(c, new HttpError(500, { error_type: "EmulatorError", error_description: description }));
  });

  return {
    fetch: async (request, connection = {}) => app.fetch(request, connection),
    clients,
    faults,
    stats,
    records,
    revokeTokens: which => tokens.revoke(which),
    sessionCookie,
  };
}
