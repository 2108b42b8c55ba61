import { describe, expect, test } from "vitest";
import { isRejectedToken } from "../src/replay/is-rejected-token.ts";
import { json } from "./support/tenant.ts";

describe("does an answer say that the token is dead?", () => {
  test.each([
    ["14. 401, whatever it says", new Response("<html>", { status: 401 }), true],
    ["14. 401 without a body", new Response(null, { status: 401 }), true],
    ["18. 403", json({ error_type: "AuthError" }, { status: 403 }), false],
    ["200 with such words", json({ error_type: "AuthError" }), false],
    ["16. 400 AuthError", json({ error_type: "AuthError" }, { status: 400 }), true],
    ["16. 400 of another type", json({ error_type: "ValidationError" }, { status: 400 }), false],
    ["17. 400 invalid_grant", json({ error: "invalid_grant" }, { status: 400 }), true],
    ["17. 400 with another error", json({ error: "invalid_scope" }, { status: 400 }), false],
    [
      "17. 400 about the header's format",
      json({ error_description: "Invalid Authorization header format" }, { status: 400 }),
      true,
    ],
    ["400 with another description", json({ error_description: "authorization header" }, { status: 400 }), false],
    ["400 with a description that is no text", json({ error_description: ["x"] }, { status: 400 }), false],
    ["400 that is no object", json(["AuthError"], { status: 400 }), false],
    [
      "400 that is broken JSON",
      new Response("{", { status: 400, headers: { "Content-Type": "application/json" } }),
      false,
    ],
    ["400 in another type", new Response('{"error_type":"AuthError"}', { status: 400 }), false],
    [
      "400 in a type of JSON's family",
      new Response('{"error_type":"AuthError"}', {
        status: 400,
        headers: { "Content-Type": "application/problem+json" },
      }),
      true,
    ],
    ["400 without a type", new Response(new Uint8Array(3), { status: 400 }), false],
    ["400 longer than an error is", json({ error_type: "AuthError", pad: "x".repeat(65_536) }, { status: 400 }), false],
    ["400 nearly as long as that", json({ error_type: "AuthError", pad: "x".repeat(65_000) }, { status: 400 }), true],
  ])("%s", async (_, response, expected) => {
    const text = await response.clone().text();
    expect(await isRejectedToken(response)).toBe(expected);
    expect(await response.text()).toBe(text);
  });

  test("a body that somebody has read already is let be", async () => {
    const response = json({ error_type: "AuthError" }, { status: 400 });
    await response.text();
    expect(await isRejectedToken(response)).toBe(false);
  });

  test("a body that breaks off is no word on the token", async () => {
    const body = new ReadableStream({ pull: controller => controller.error(new TypeError("terminated")) });
    const response = new Response(body, { status: 400, headers: { "Content-Type": "application/json" } });
    expect(await isRejectedToken(response)).toBe(false);
  });
});
