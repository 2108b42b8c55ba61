import { afterEach, expect, test, vi } from "vitest";
import { type AuthOptions, createTokenSource, memoryTokenStore } from "../src/index.ts";
import { isBrowser } from "../src/runtime.ts";
import { stubTenant, tokenResponse } from "./support/tenant.ts";

afterEach(() => void vi.unstubAllGlobals());

const page = { navigator: { userAgent: "Mozilla/5.0 (X11; Linux x86_64)" }, process: undefined };
const node = { versions: { node: "24.0.0" } };

function stubGlobals(globals: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
}

/** Creates a token source as in a page. */
function createSourceInPage(options: AuthOptions) {
  stubGlobals(page);
  try {
    return createTokenSource(options);
  } finally {
    vi.unstubAllGlobals();
  }
}

test.each([
  ["recognizes a page as a browser", page, true],
  ["recognizes a page with a `process` of a bundler as a browser", { ...page, process: { env: {} } }, true],
  [
    "recognizes a page with a `process` without a Node version as a browser",
    { ...page, process: { versions: {} } },
    true,
  ],
  ["does not take jsdom on Node for a browser", { ...page, process: node }, false],
  ["does not take Node for a browser", { navigator: { userAgent: "Node.js/24" }, process: node }, false],
  ["does not take Node without a navigator for a browser", { navigator: undefined, process: node }, false],
  [
    "does not take an edge worker for a browser",
    { navigator: { userAgent: "Cloudflare-Workers" }, process: undefined },
    false,
  ],
  ["does not take a runtime without a user agent for a browser", { navigator: {}, process: undefined }, false],
])("%s", (_, globals, expected) => {
  stubGlobals(globals);
  const result = isBrowser();
  vi.unstubAllGlobals();
  expect(result).toBe(expected);
});

test("rejects a clientSecret in a page", () => {
  const { options } = stubTenant({ assertion: undefined, clientSecret: "x".repeat(40) });
  expect(() => createSourceInPage(options)).toThrow(
    /^clientSecret \(QBENCH_CLIENT_SECRET\): does not belong in a browser/,
  );
});

test("renews by refresh token in a page, and leaves the cookie to the browser", async () => {
  const store = memoryTokenStore();
  const tenant = stubTenant({
    clientSecret: undefined,
    assertion: async () => "a.b.c",
    store,
    renewal: "refresh-token",
  });
  const refreshes: { request: Request; token: string | null }[] = [];
  const fetch = async (request: Request): Promise<Response> => {
    if (!request.url.endsWith("/refresh")) return tenant.fetch(request);
    refreshes.push({ request, token: new URLSearchParams(await request.clone().text()).get("refresh_token_id") });
    return tokenResponse(2);
  };
  const source = createSourceInPage({ ...tenant.options, fetch });
  await expect(source.getToken()).resolves.toBe("token-1");
  expect(tenant.exchanges[0]?.request.credentials).toBe("include");
  tenant.clock.advance(3_600_000);
  await expect(source.getToken()).resolves.toBe("token-2");
  expect(tenant.exchanges).toHaveLength(1);
  expect(refreshes).toHaveLength(1);
  expect(refreshes[0]?.token).toBe("refresh-1");
  expect(refreshes[0]?.request.credentials).toBe("include");
  expect(refreshes[0]?.request.headers.get("Cookie")).toBeNull();
});
