import { describe, expect, it } from "vitest";
import { rowsOf, startPages, startQbench } from "./support/qbench.ts";
import { hasScript, runInTerminal } from "./support/run-in-terminal.ts";

/** Clears the screen, sets the title, makes a link, and reverses or hides the text after it. */
const evil =
  "a\u001b[2J\u001b]0;title\u0007\u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007\u009b31m\r\u202eb\u2066\u200b\u{e0041}\u2028c";
const controls = /[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{DI}\p{Zl}\p{Zp}]/u;

describe("text of the server in the output of qbench", () => {
  it.each(["error_description", "error", "error_type", "error_token"])(
    "an error message has no control characters of the field %s, and at most 600 characters",
    async field => {
      const { run, emulator } = await startQbench();
      emulator.faults.add({ on: "api", status: 400, body: { [field]: `${evil}${"x".repeat(20_000)}` } });
      const { stderr, stdout } = await run(["get", "orders/1"]);
      expect(stdout).toBe("");
      expect(stderr).toMatch(/^qbench: GET \S+ failed: 400\b[^\n]*\n$/);
      expect(stderr).not.toMatch(controls);
      expect(stderr.length).toBeLessThanOrEqual(600);
    },
  );

  it("an error message does not repeat the access token or the client secret", async () => {
    const { run, emulator, settings } = await startQbench();
    const { stdout: token } = await run(["token"]);
    const error_description = `The token ${token.trim()} of ${settings.QBENCH_CLIENT_SECRET} is blocked`;
    emulator.faults.add({ on: "api", status: 403, body: { error_type: "Error", error_description } });
    const { stderr } = await run(["get", "orders/1"]);
    expect(stderr).toContain("The token [redacted] of [redacted] is blocked.");
  });

  it("whoami prints neither the token nor control characters of the token info response", async () => {
    const { run, emulator } = await startQbench();
    const { stdout: token } = await run(["token"]);
    const path = "/qbench/api/v2/auth/token/info";
    emulator.faults.add({ path, status: 200, body: { scopes: [`orders ${token.trim()}`, evil] } });
    const { stdout } = await run(["whoami"]);
    expect(JSON.parse(stdout).scopes[0]).toBe("orders [redacted]");
    expect(stdout).not.toMatch(controls);
  });

  it("a message about columns has at most 4000 characters and no control characters", async () => {
    const { run, emulator } = await startQbench();
    const late = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`${evil}${index}`, 1]));
    const url = await startPages(emulator, [[{ id: 1 }], [{ id: 2, ...late }]]);
    const { stderr } = await run(["export", "reports", "--format", "csv"], { QBENCH_URL: url });
    expect(stderr).toMatch(/^qbench: Rows after the first page have fields without a column: [^\n]*\n$/);
    expect(stderr).not.toMatch(controls);
    expect(stderr.length).toBeLessThanOrEqual(4010);
  });

  it("a pipe gets the records exactly as the server sent them", async () => {
    const { run, emulator } = await startQbench();
    const url = await startPages(emulator, [[{ id: 1, [evil]: evil }]]);
    const { stdout } = await run(["export", "orders"], { QBENCH_URL: url });
    expect(stdout).toBe(`${JSON.stringify({ id: 1, [evil]: evil })}\n`);
    const csv = await run(["export", "orders", "--format", "csv", "--columns", "id"], { QBENCH_URL: url });
    expect(csv.stdout).toBe("id\n1\n");
    const { stdout: page } = await run(["get", "orders", "--format", "json"], { QBENCH_URL: url });
    expect(JSON.parse(page)).toEqual([{ id: 1, [evil]: evil }]);
    expect(page).toContain("\u202e");
  });

  const formats = ["table", "json", "ndjson", "csv"];
  it
    .runIf(hasScript)
    .each([
      "get orders",
      ...formats.map(format => `export orders --format ${format}`),
      ...formats.map(format => `get orders/1 --format ${format}`),
    ])("a terminal gets no control characters from %s", async line => {
    const qbench = await startQbench();
    const rows = [{ id: 1, state: evil, [evil]: evil, order: { id: 1, data: { name: evil } } }];
    const url = await startPages(qbench.emulator, [rows]);
    const { code, screen } = await runInTerminal(qbench, line, { url });
    expect(code).toBe(0);
    expect(screen).not.toMatch(controls);
    expect(screen).toContain("\\u001b[2J");
    // JSON keeps its value.
    if (line === "export orders --format json") expect(JSON.parse(screen)).toEqual(rows);
    if (line === "export orders --format ndjson") expect(rowsOf(screen)).toEqual(rows);
  });
});
