import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { afterEach, describe, expect, it } from "vitest";
import { type RunningEmulator, startEmulator } from "../src/index.js";
import { base, createTestEmulator } from "./support/client.js";

const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
/** The limit for one step of the browser in milliseconds. It is generous, for machines under load. */
const stepTimeout = 120_000;
const browserPresent = existsSync(executablePath);
if (!browserPresent)
  console.log("Skipped: the docs page in a browser. Install Debian's chromium, or set CHROMIUM_PATH.");

describe("the docs page", () => {
  let running: RunningEmulator | undefined;
  afterEach(() => running?.close());

  it.skipIf(!browserPresent && !process.env.CI)(
    "shows the client's own operations in Swagger UI, authorized and ready to try",
    async () => {
      running = await startEmulator({ clients: [{ name: "Teams", scopes: ["GET /teams*"] }] });
      const [client] = running.clients.list();
      const browser = await chromium.launch({
        executablePath,
        timeout: stepTimeout,
        args: [
          "--no-sandbox",
          "--disable-dev-shm-usage",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
        ],
      });
      try {
        const page = await browser.newPage();
        page.setDefaultTimeout(stepTimeout);
        await page.goto(`${running.url}/qbench/api/v2/docs/openapi/${client?.id}`);
        await page.locator(".opblock-summary-path").nth(4).waitFor();
        expect(await page.title()).toBe("QBench API 2.0");
        const paths = await page.locator(".opblock-summary-path").allInnerTexts();
        expect(paths).toEqual(
          expect.arrayContaining([expect.stringContaining("/teams"), expect.stringContaining("/auth/token")]),
        );
        expect(paths).toHaveLength(5);
        const list = page.locator("[id^=operations-TEAM]").first();
        await list.getByRole("button", { name: "authorization button locked", exact: true }).waitFor();
        await list.locator(".opblock-summary-control").click();
        await list.getByRole("button", { name: "Try it out" }).click();
        await list.getByRole("button", { name: "Execute" }).click();
        await list.locator(".live-responses-table .response-col_status").filter({ hasText: "200" }).waitFor();
        expect(running.stats.byOperation).toEqual({ "GET /qbench/api/v2/teams": 1 });
      } finally {
        await browser.close();
      }
    },
    4 * stepTimeout,
  );

  it("responds with 404 to the docs page of an unknown API client and to an unknown file", async () => {
    const { emulator } = createTestEmulator();
    expect((await emulator.fetch(new Request(`${base}/docs/openapi/unknown`))).status).toBe(404);
    expect(
      (await emulator.fetch(new Request("https://lab.example/qbench/static/swagger-ui/..%2Fpackage.json"))).status,
    ).toBe(404);
  });

  it("requires the access token of the client if docs is bearer", async () => {
    const { emulator, client, request } = createTestEmulator({ docs: "bearer" });
    const page = `/docs/openapi/${client.id}/openapi.json`;
    expect((await emulator.fetch(new Request(`${base}${page}`))).status).toBe(400);
    expect((await request("GET", page)).status).toBe(200);
    const other = emulator.clients.create();
    expect((await request("GET", `/docs/openapi/${other.id}/openapi.json`)).status).toBe(403);
  });

  it("redirects to the login page without a session if docs is session", async () => {
    const { emulator, client } = createTestEmulator({ docs: "session" });
    const read = (headers: Record<string, string>): Promise<Response> =>
      emulator.fetch(new Request(`${base}/docs/openapi/${client.id}`, { headers }));
    const redirect = await read({});
    expect([redirect.status, redirect.headers.get("Location")]).toEqual([302, "/login"]);
    const login = await emulator.fetch(new Request("https://lab.example/login"));
    expect(await login.text()).toContain('type="password"');
    expect((await read({ Cookie: `a=b; ${emulator.sessionCookie}` })).status).toBe(200);
  });
});
