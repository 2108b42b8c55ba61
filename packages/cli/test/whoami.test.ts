import { describe, expect, it } from "vitest";
import { setUp } from "./support/qbench.ts";

describe("qbench whoami", () => {
  it("prints the tenant, the API client, its scopes and when the token expires, and not the token", async () => {
    const { run, settings } = await setUp({ clients: [{ name: "Night export", scopes: ["GET /*"] }] });
    const before = Date.now();
    const { code, stdout, stderr } = await run(["whoami"]);
    expect([code, stderr]).toEqual([0, ""]);
    const { tokenExpiresAt, ...who } = JSON.parse(stdout);
    expect(who).toEqual({
      tenant: settings.QBENCH_URL,
      clientId: settings.QBENCH_CLIENT_ID,
      name: "Night export",
      type: "Server-Side Web Application",
      scopes: ["GET /*"],
    });
    expect(Date.parse(tokenExpiresAt)).toBeGreaterThanOrEqual(before + 3_600_000);
    const { stdout: token } = await run(["token"]);
    expect(stdout).not.toContain(token.trim());
    expect(JSON.parse((await run(["whoami"])).stdout).tokenExpiresAt).toBe(tokenExpiresAt);
  });

  it("leaves out what the API client may not read of itself", async () => {
    const { run } = await setUp({ clients: [{ scopes: ["GET /orders*", "GET /auth/*"] }] });
    const { code, stdout } = await run(["whoami"]);
    expect(code).toBe(0);
    expect(Object.keys(JSON.parse(stdout))).toEqual(["tenant", "clientId", "scopes", "tokenExpiresAt"]);
  });

  it("prints of an undocumented answer only the scopes", async () => {
    const { run, emulator } = await setUp();
    const body = { scope: "orders tests", token: "made-up-token", jid: "made-up-cookie" };
    emulator.faults.add({ path: "/qbench/api/v2/auth/token/info", status: 200, body });
    const { stdout } = await run(["whoami"]);
    expect(JSON.parse(stdout)).toMatchObject({ scopes: "orders tests" });
    expect(stdout).not.toContain("made-up");
  });
});
