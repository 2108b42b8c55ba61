import { describe, expect, it } from "vitest";
import { startQbench } from "./support/qbench.ts";

describe("qbench whoami", () => {
  it("prints the tenant, the API client, its scopes and the token's expiry, but not the token", async () => {
    const { run, settings } = await startQbench({ clients: [{ name: "Night export", scopes: ["GET /*"] }] });
    const before = Date.now();
    const { code, stdout, stderr } = await run(["whoami"]);
    expect([code, stderr]).toEqual([0, ""]);
    const { tokenExpiresAt, ...identity } = JSON.parse(stdout);
    expect(identity).toEqual({
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

  it("omits the name and type of an API client that may not read its own record", async () => {
    const { run } = await startQbench({ clients: [{ scopes: ["GET /orders*", "GET /auth/*"] }] });
    const { code, stdout } = await run(["whoami"]);
    expect(code).toBe(0);
    expect(Object.keys(JSON.parse(stdout))).toEqual(["tenant", "clientId", "scopes", "tokenExpiresAt"]);
  });

  it("prints only the scopes of the undocumented token info response", async () => {
    const { run, emulator } = await startQbench();
    const body = { scope: "orders tests", token: "made-up-token", jid: "made-up-cookie" };
    emulator.faults.add({ path: "/qbench/api/v2/auth/token/info", status: 200, body });
    const { stdout } = await run(["whoami"]);
    expect(JSON.parse(stdout)).toMatchObject({ scopes: "orders tests" });
    expect(stdout).not.toContain("made-up");
  });
});
