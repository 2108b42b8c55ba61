import { describe, expect, it } from "vitest";
import { pullClient } from "../clients/pull-client.ts";
import { emptyRoot, readMain, serve, tinyDocument } from "./support/repository.ts";

const script = (code: string): string => `<html><body><div id="ui"></div><script>${code}</script></body></html>`;

/** Pulls from a page and returns the title of the document that was found. */
async function titleFrom(responses: Parameters<typeof serve>[0], page = "/docs"): Promise<string> {
  const root = await emptyRoot();
  const { url } = await serve(responses);
  await pullClient({ root, env: {}, from: `${url}${page}` });
  return JSON.parse(await readMain(root)).info.title;
}

const yaml = `openapi: 3.0.3
info: { title: from yaml, version: "1" }
paths: {}
`;

describe("findDocument", () => {
  it.each([
    ["in JSON", { "/docs": tinyDocument() }, "tiny"],
    ["in JSON with a byte order mark", { "/docs": `\uFEFF${tinyDocument()}` }, "tiny"],
    ["in YAML", { "/docs": yaml }, "from yaml"],
    ["by its url", { "/docs": script(`SwaggerUIBundle({ url: "/spec.json" })`), "/spec.json": tinyDocument() }, "tiny"],
    [
      "by a url relative to the page",
      { "/a/docs": script(`window.ui = SwaggerUIBundle({ url: "spec.yaml" })`), "/a/spec.yaml": yaml },
      "from yaml",
      "/a/docs",
    ],
    [
      "by the first of several urls",
      {
        "/docs": script(`SwaggerUIBundle({ urls: [{ name: "a", url: "/a.json" }, { name: "b", url: "/b.json" }] })`),
        "/a.json": tinyDocument("a"),
        "/b.json": tinyDocument("b"),
      },
      "a",
    ],
    [
      "by the primary one of several urls",
      {
        "/docs": script(
          `SwaggerUIBundle({ urls: [{ name: "a", url: "/a.json" }, { name: "b", url: "/b.json" }], "urls.primaryName": "b" })`,
        ),
        "/b.json": tinyDocument("b"),
      },
      "b",
    ],
    [
      "inline in the options",
      { "/docs": script(`const spec = ${tinyDocument("inline")}; SwaggerUIBundle({ spec })`) },
      "inline",
    ],
    [
      "inline as JSON text",
      { "/docs": script(`SwaggerUIBundle({ spec: JSON.parse(${JSON.stringify(tinyDocument("parsed"))}) })`) },
      "parsed",
    ],
    [
      "by the url in an initializer script",
      {
        "/docs": `<script src="./swagger-ui-bundle.js"></script><script src="swagger-initializer.js"></script>`,
        "/swagger-initializer.js": `window.onload = function () { window.ui = SwaggerUIBundle({ url: "spec.json", dom_id: "#ui" }); };`,
        "/spec.json": tinyDocument("initialized"),
      },
      "initialized",
    ],
    [
      "by the url in the options at configUrl",
      {
        "/docs": script(`SwaggerUIBundle({ configUrl: "/config.json" })`),
        "/config.json": `{"url":"/spec.json"}`,
        "/spec.json": tinyDocument("configured"),
      },
      "configured",
    ],
    [
      "by a concatenated url",
      {
        "/docs": script(
          `const base = window.location.origin; const path = \`/v2\`; SwaggerUIBundle({ url: base + path + "/spec.json" })`,
        ),
        "/v2/spec.json": tinyDocument("joined"),
      },
      "joined",
    ],
    [
      "by options that several statements build",
      {
        "/docs": script(
          `var options = { url: "/wrong.json" }; options.url = "/spec.json"; SwaggerUIBundle({ deepLinking: true, ...options })`,
        ),
        "/spec.json": tinyDocument("spread"),
      },
      "spread",
    ],
    [
      "by a url relative to a base address",
      {
        "/docs": `<html><head><base href="/deep/"></head><body><script>SwaggerUI({ url: "spec.json" })</script></body></html>`,
        "/deep/spec.json": tinyDocument("based"),
      },
      "based",
    ],
    ["in a data block", { "/docs": `<script type="application/json">${tinyDocument("data")}</script>` }, "data"],
    [
      "by the url in a page of Redoc",
      { "/docs": `<redoc spec-url="/spec.json"></redoc>`, "/spec.json": tinyDocument("redoc") },
      "redoc",
    ],
    [
      "after a redirect",
      {
        "/docs": { status: 302, headers: { Location: "/moved/docs" } },
        "/moved/docs": script(`SwaggerUIBundle({ url: "s.json" })`),
        "/moved/s.json": tinyDocument("moved"),
      },
      "moved",
    ],
  ] as const)("finds the document %s", async (_, responses, title, page: string = "/docs") => {
    expect(await titleFrom(responses, page)).toBe(title);
  });

  it("finds the document without running code of the page", async () => {
    const code = `globalThis.ran = true; process.exit(3); SwaggerUIBundle({ url: (() => "/evil.json")(), spec: undefined }); SwaggerUIBundle({ url: "/spec.json" })`;
    expect(await titleFrom({ "/docs": script(code), "/spec.json": tinyDocument() })).toBe("tiny");
    expect(globalThis).not.toHaveProperty("ran");
  });
});

describe("Sources without a document", () => {
  it.each([
    ["a page without a document", "<html><body>Hello</body></html>", /page without an OpenAPI document/],
    [
      "a page whose script is in another language",
      script("<% url %> not JavaScript ("),
      /page without an OpenAPI document/,
    ],
    ["a login page", `<form><input type="password"></form>`, /is a login page.*QBENCH_DOCS_COOKIE.*--from FILE/],
    ["truncated JSON", `{"openapi": "3.0.3", `, /is not valid JSON/],
    ["JSON that is not a document", `{"name": "a package"}`, /is not an OpenAPI document/],
    ["a list", "[1]", /is not an OpenAPI document/],
    ["Swagger 1.2", `{"swagger": "1.2", "info": {}, "paths": {}}`, /is not an OpenAPI document/],
    ["an unsupported version of OpenAPI", `{"openapi": "4.0.0"}`, /OpenAPI 4\.0\.0, which is not supported/],
    [
      "an invalid document",
      `{"openapi": "3.0.3", "info": {"title": "no version"}, "paths": {}}`,
      /not valid OpenAPI at \/info.*version/,
    ],
    [
      "a reference without a target",
      tinyDocument().replace(`{"description":"OK"}`, `{"$ref":"#/components/responses/Gone"}`),
      /not valid OpenAPI/,
    ],
    ["a forbidden key", tinyDocument().replace(`"paths"`, `"__proto__":{"a":1},"paths"`), /__proto__/],
    [
      "a document that is nested too deep",
      `{"openapi":"3.0.3","x":${"[".repeat(20_000)}${"]".repeat(20_000)}}`,
      /nested more than/,
    ],
    ["an empty response", "", /is empty/],
    [
      "a script that combines a few objects to millions",
      script(
        `var a0 = { x: 1 }; ${Array.from({ length: 30 }, (_, i) => `var a${i + 1} = { l: a${i}, r: a${i} };`).join("")}
        SwaggerUIBundle({ spec: { openapi: "3.0.3", info: { title: "t", version: "1" }, paths: {}, x: a30 } })`,
      ),
      /more than 5000000 values/,
    ],
    [
      "a script that doubles a text many times",
      script(
        `var a0 = "aaaaaaaaaa"; ${Array.from({ length: 40 }, (_, i) => `var a${i + 1} = a${i} + a${i};`).join("")}
        SwaggerUIBundle({ url: a40 })`,
      ),
      /page without an OpenAPI document/,
    ],
    [
      "a script with 20,000 properties",
      script(
        `var a = {}; ${Array.from({ length: 20_000 }, (_, i) => `a.p${i} = 1;`).join("")} SwaggerUIBundle({ spec: a })`,
      ),
      /is not an OpenAPI document/,
    ],
  ])("rejects %s in one line", async (_, body, message) => {
    const root = await emptyRoot();
    const { url } = await serve({ "/docs": body });
    const failure = await pullClient({ root, env: {}, from: `${url}/docs` }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "CommandError", message: expect.stringMatching(message) });
    expect(failure).toMatchObject({ message: expect.not.stringContaining("\n") });
    await expect(readMain(root)).rejects.toThrow("ENOENT");
  });

  it("rejects a response that is larger than the limit", async () => {
    const root = await emptyRoot();
    const { url } = await serve({ "/docs": `{"openapi":"3.0.3","x":"${"a".repeat(5000)}"}` });
    const pull = pullClient({ root, env: {}, from: `${url}/docs`, limits: { maxBytes: 1024 } });
    await expect(pull).rejects.toThrow("is larger than");
  });

  it("rejects an address that redirects to itself", async () => {
    const { url } = await serve({ "/docs": { status: 302, headers: { Location: "/docs" } } });
    await expect(pullClient({ root: await emptyRoot(), env: {}, from: `${url}/docs` })).rejects.toThrow(
      "redirects more than",
    );
  });
});
