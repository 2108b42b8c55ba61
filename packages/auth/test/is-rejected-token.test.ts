import { describe, expect, test } from "vitest";
import { isRejectedToken } from "../src/replay/is-rejected-token.ts";
import { json } from "./support/tenant.ts";

describe("isRejectedToken", () => {
  test.each([
    ["a 401 with any body", new Response("<html>", { status: 401 })],
    ["a 401 without a body", new Response(null, { status: 401 })],
    ["a 400 with an AuthError", json({ error_type: "AuthError" }, { status: 400 })],
    ["a 400 with invalid_grant", json({ error: "invalid_grant" }, { status: 400 })],
    [
      "a 400 about the format of the Authorization header",
      json({ error_description: "Invalid Authorization header format" }, { status: 400 }),
    ],
    [
      "a 400 with the content type application/problem+json",
      new Response('{"error_type":"AuthError"}', {
        status: 400,
        headers: { "Content-Type": "application/problem+json" },
      }),
    ],
    ["a 400 just below the size limit", json({ error_type: "AuthError", pad: "x".repeat(65_000) }, { status: 400 })],
  ])("recognizes %s as a rejected token, and leaves its body readable", async (_, response) => {
    const text = await response.clone().text();
    expect(await isRejectedToken(response)).toBe(true);
    expect(await response.text()).toBe(text);
  });

  test.each([
    ["a 403", json({ error_type: "AuthError" }, { status: 403 })],
    ["a 200 with an AuthError", json({ error_type: "AuthError" })],
    ["a 400 with another error type", json({ error_type: "ValidationError" }, { status: 400 })],
    ["a 400 with another error", json({ error: "invalid_scope" }, { status: 400 })],
    ["a 400 with another description", json({ error_description: "authorization header" }, { status: 400 })],
    ["a 400 with a description that is not a string", json({ error_description: ["x"] }, { status: 400 })],
    ["a 400 with an array", json(["AuthError"], { status: 400 })],
    ["a 400 with broken JSON", new Response("{", { status: 400, headers: { "Content-Type": "application/json" } })],
    ["a 400 without a JSON content type", new Response('{"error_type":"AuthError"}', { status: 400 })],
    ["a 400 without a content type", new Response(new Uint8Array(3), { status: 400 })],
    ["a 400 above the size limit", json({ error_type: "AuthError", pad: "x".repeat(65_536) }, { status: 400 })],
  ])("does not take %s for a rejected token, and leaves its body readable", async (_, response) => {
    const text = await response.clone().text();
    expect(await isRejectedToken(response)).toBe(false);
    expect(await response.text()).toBe(text);
  });

  test("does not read a body that was read already", async () => {
    const response = json({ error_type: "AuthError" }, { status: 400 });
    await response.text();
    expect(await isRejectedToken(response)).toBe(false);
  });

  test("does not count a body that breaks off as a rejection", async () => {
    const body = new ReadableStream({ pull: controller => controller.error(new TypeError("terminated")) });
    const response = new Response(body, { status: 400, headers: { "Content-Type": "application/json" } });
    expect(await isRejectedToken(response)).toBe(false);
  });
});
