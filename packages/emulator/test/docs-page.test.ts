import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import { afterEach, describe, expect, it } from "vitest";
import { type RunningEmulator, startEmulator } from "../src/index.js";
import { base, setUp } from "./support/client.js";

const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
/** How long, in ms, a browser may take for a step on a machine that does much else; it says nothing of the page. */
const patience = 120_000;
const browserPresent = existsSync(executablePath);
if (!browserPresent)
  console.log("Skipped: the docs page in a browser. Install Debian's chromium, or set CHROMIUM_PATH.");

describe("the docs page", () => {
  let running: RunningEmulator | undefined;
  afterEach(() => running?.close());

  it.skipIf(!browserPresent && !process.env.CI)(
    "is Swagger UI, with the client's own operations, authorised and ready to try",
    async () => {
      running = await startEmulator({ clients: [{ name: "Teams", scopes: ["GET /teams*"] }] });
      const [client] = running.clients.list();
      const browser = await chromium.launch({
        executablePath,
        timeout: patience,
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
        page.setDefaultTimeout(patience);
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
    4 * patience,
  );

  it("is not there for an API client that does not exist", async () => {
    const { emulator } = setUp();
    expect((await emulator.fetch(new Request(`${base}/docs/openapi/nobody`))).status).toBe(404);
    expect(
      (await emulator.fetch(new Request("https://lab.example/qbench/static/swagger-ui/..%2Fpackage.json"))).status,
    ).toBe(404);
  });

  it("can ask for the client's access token", async () => {
    const { emulator, client, call } = setUp({ docs: "bearer" });
    const page = `/docs/openapi/${client.id}/openapi.json`;
    expect((await emulator.fetch(new Request(`${base}${page}`))).status).toBe(400);
    expect((await call("GET", page)).status).toBe(200);
    const other = emulator.clients.create();
    expect((await call("GET", `/docs/openapi/${other.id}/openapi.json`)).status).toBe(403);
  });

  it("can ask for the application's session: without one, it leads to the login page", async () => {
    const { emulator, client } = setUp({ docs: "session" });
    const read = (headers: Record<string, string>): Promise<Response> =>
      emulator.fetch(new Request(`${base}/docs/openapi/${client.id}`, { headers }));
    const refused = await read({});
    expect([refused.status, refused.headers.get("Location")]).toEqual([302, "/login"]);
    const login = await emulator.fetch(new Request("https://lab.example/login"));
    expect(await login.text()).toContain('type="password"');
    expect((await read({ Cookie: `a=b; ${emulator.sessionCookie}` })).status).toBe(200);
  });
});
