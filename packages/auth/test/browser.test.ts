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

/** A source that is made as in a page. */
function sourceInPage(options: AuthOptions) {
  stubGlobals(page);
  try {
    return createTokenSource(options);
  } finally {
    vi.unstubAllGlobals();
  }
}

test.each([
  ["a page", page, true],
  ["a page with a `process` put there by a bundler", { ...page, process: { env: {} } }, true],
  ["a page with a `process` of another version", { ...page, process: { versions: {} } }, true],
  ["jsdom on Node", { ...page, process: node }, false],
  ["Node", { navigator: { userAgent: "Node.js/24" }, process: node }, false],
  ["Node without a navigator", { navigator: undefined, process: node }, false],
  ["a worker at the edge", { navigator: { userAgent: "Cloudflare-Workers" }, process: undefined }, false],
  ["a runtime whose navigator says nothing", { navigator: {}, process: undefined }, false],
])("%s: is it a browser?", (_, globals, expected) => {
  stubGlobals(globals);
  const answer = isBrowser();
  vi.unstubAllGlobals();
  expect(answer).toBe(expected);
});

test("a secret is refused in a page", () => {
  const { options } = stubTenant({ assertion: undefined, clientSecret: "x".repeat(40) });
  expect(() => sourceInPage(options)).toThrow(/^clientSecret \(QBENCH_CLIENT_SECRET\): does not belong in a browser/);
});

test("a page renews by refresh token and leaves the cookie to the browser", async () => {
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
  const source = sourceInPage({ ...tenant.options, fetch });
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
