/** Names the oddity that the server applies to a request. */
export const ODDITY_HEADER = "X-Soak-Oddity";

/** Names the read of an odd list that a request belongs to. */
export const READ_HEADER = "X-Soak-Read";

/** A page of a list, as QBench sends it. */
interface Page {
  data: unknown[];
  total_count?: unknown;
  total_pages?: unknown;
}

interface ListOddity {
  /** Changes the parameters of the request before the server sees them. */
  query?(query: URLSearchParams): void;
  /** Returns the fields of a page that the client sees changed. JSON has no undefined fields. */
  page?(page: Page, number: number): Partial<Page>;
  /** True if a read can continue from its cursor on a server without the oddity: the pages have the same records. */
  keepsPages?: boolean;
}

/**
 * What is wrong with a list. Whatever a client does with it, each record that is there throughout is read exactly once, or
 * the read ends with an error that says so.
 */
export const listOddities = {
  "total_count is at most 100": {
    page: ({ total_count }) => ({ total_count: Math.min(100, Number(total_count)), total_pages: 2 }),
    keepsPages: true,
  },
  "total_count counts the page": {
    page: ({ data }) => ({ total_count: data.length, total_pages: 1 }),
    keepsPages: true,
  },
  "total_count is 0": { page: () => ({ total_count: 0 }), keepsPages: true },
  "total_count is negative": { page: () => ({ total_count: -1 }), keepsPages: true },
  "total_count is a text": { page: ({ total_count }) => ({ total_count: String(total_count) }), keepsPages: true },
  "total_count is missing": { page: () => ({ total_count: undefined, total_pages: undefined }), keepsPages: true },
  "total_count is too high": {
    page: ({ total_count }) => ({ total_count: Number(total_count) + 500 }),
    keepsPages: true,
  },
  "total_pages is 1": { page: () => ({ total_pages: 1 }), keepsPages: true },
  "total_pages is 1000": { page: () => ({ total_pages: 1000 }), keepsPages: true },
  "the second page is empty": { page: ({ data }, number) => ({ data: number === 2 ? [] : data }), keepsPages: true },
  "the third page repeats the second": {
    query(query) {
      if (query.get("page_num") === "3") query.set("page_num", "2");
    },
    keepsPages: true,
  },
  "pages are shorter than page_size": { query: query => query.set("page_size", "47") },
  "the server has its own page size": { query: query => query.set("page_size", "20") },
  "the newest record comes first": {
    query(query) {
      query.set("sort_by", "id");
      query.set("sort_order", "DESC");
    },
  },
} satisfies Record<string, ListOddity>;

export type ListOddityName = keyof typeof listOddities;

/** What a server sends instead of a record, with status 200. */
export const recordOddities = {
  "an error instead of the record": () => JSON.stringify({ error: "the record is locked" }),
  "an empty body instead of the record": () => "",
  "null instead of the record": () => "null",
  "a record of null": () => JSON.stringify({ data: null }),
  "a list instead of the record": ({ data }) => JSON.stringify([data]),
  "an empty object instead of the record": () => "{}",
  "a web page instead of the record": () => "<!doctype html><title>Sign in</title>",
  "half of the record": record => JSON.stringify(record).slice(0, 40),
} satisfies Record<string, (record: { data?: unknown }) => string>;

/** What a server sends instead of the records that it has created. */
export const createOddities = {
  "all but one of the created records": (records: unknown[]) => ({ data: records.slice(1) }),
  "none of the created records": () => ({ data: [] }),
  "null instead of the created records": () => ({ data: null }),
  "no data of the created records": () => ({}),
} satisfies Record<string, (records: unknown[]) => unknown>;

export const HUNG_STORE = "a store that does not respond";
export const LATE_RETRY = "a time to wait in an odd form";

/** The names of all oddities that a soak must meet. */
export const oddityNames: readonly string[] = [
  ...Object.keys(listOddities),
  ...Object.keys(recordOddities),
  ...Object.keys(createOddities),
  HUNG_STORE,
  LATE_RETRY,
];

/**
 * The oddity of a token without a lifetime. Processes that share a store must not get such tokens: several tokens then end
 * early, and a request whose token was rejected can be replayed with another one that has ended.
 */
export const NO_LIFETIME = "a token without a lifetime";

const find = <Table extends object>(table: Table, name: string): Table[keyof Table] | undefined =>
  Object.hasOwn(table, name) ? table[name as keyof Table] : undefined;

/** Lets a server respond to a request, with the oddity that the request asks for. */
export async function respondOddly(
  request: Request,
  respond: (request: Request) => Promise<Response>,
): Promise<Response> {
  const name = request.headers.get(ODDITY_HEADER) ?? "";
  const list: ListOddity | undefined = find(listOddities, name);
  if (list) {
    const url = new URL(request.url);
    const number = Number(url.searchParams.get("page_num") ?? 1);
    list.query?.(url.searchParams);
    return replaceBody(await respond(new Request(url, request)), (page: Page) =>
      JSON.stringify({ ...page, ...list.page?.(page, number) }),
    );
  }
  const record = find(recordOddities, name);
  if (record) return replaceBody(await respond(request), record);
  const create = find(createOddities, name);
  if (create)
    return replaceBody(await respond(request), ({ data }: { data: unknown[] }) => JSON.stringify(create(data)));
  if (!new URL(request.url).pathname.endsWith("/auth/token")) return respond(request);
  return replaceBody(await respond(request), (token: Record<string, unknown>) => {
    if (name === NO_LIFETIME) token.expires_in = undefined;
    else if (Math.random() < 0.5) token.expires_in = String(token.expires_in);
    return JSON.stringify(token);
  });
}

/** Replaces the JSON of a success response. Returns an error as it is. */
async function replaceBody<Body>(response: Response, replace: (body: Body) => string): Promise<Response> {
  if (!response.ok) return response;
  const { status, headers } = response;
  try {
    const body: Body = await response.json();
    headers.delete("Content-Length");
    return new Response(replace(body), { status, headers });
  } catch {
    // A fault has cut the connection within the body.
    return new Response(null, { status, headers });
  }
}
