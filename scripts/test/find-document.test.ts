import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { pullClient } from "../clients/pull-client.ts";
import { CommandError } from "../command/command-error.ts";
import { findDocument } from "../docs-page/find-document.ts";
import type { ReadAddress } from "../docs-page/read-address.ts";
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
      "in a page of Flask, which writes `new`",
      {
        "/docs": script(`var config = { dom_id: "#ui", url: "/spec.json" }; const ui = new SwaggerUIBundle(config);`),
        "/spec.json": tinyDocument("new"),
      },
      "new",
    ],
    [
      "by the url in options at a configUrl relative to the page",
      {
        "/a/docs/": script(`new SwaggerUIBundle({ configUrl: "conf/swagger.json" })`),
        "/a/docs/conf/swagger.json": `{"urls":[{"name":"v2","url":"spec.json"}]}`,
        "/a/docs/spec.json": tinyDocument("relative"),
      },
      "relative",
      "/a/docs/",
    ],
    [
      "beside a configUrl that does not exist",
      {
        "/docs": script(`SwaggerUIBundle({ url: "/spec.json", configUrl: "/gone.json" })`),
        "/spec.json": tinyDocument(),
      },
      "tiny",
    ],
    [
      "after a refresh of the page",
      {
        "/docs": `<html><head><meta http-equiv="Refresh" content="0; URL='ui/index.html'"></head></html>`,
        "/ui/index.html": script(`SwaggerUIBundle({ url: "spec.json" })`),
        "/ui/spec.json": tinyDocument("refreshed"),
      },
      "refreshed",
    ],
    [
      "after a refresh that names its address only",
      {
        "/docs": `<html><head><meta http-equiv="refresh" content="0;/spec.json"></head></html>`,
        "/spec.json": tinyDocument("named"),
      },
      "named",
    ],
    [
      "in a page that Redoc rendered in advance",
      {
        "/docs": script(
          `const __redoc_state = { menu: {}, spec: { data: ${tinyDocument("rendered")} } }; Redoc.hydrate(__redoc_state, container)`,
        ),
      },
      "rendered",
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

  it("reads the scripts of a page concurrently, and continues without one that does not respond in time", async () => {
    const scripts = new Map([
      ["/a.js", `const path = "/spec.json";`],
      ["/b.js", `var options = { url: path };`],
      ["/c.js", `SwaggerUIBundle(options);`],
    ]);
    const waiting: (() => void)[] = [];
    const read: ReadAddress = async (url, _, signal) => {
      if (url.pathname === "/hangs.js")
        await new Promise((_, reject) =>
          signal?.addEventListener("abort", () => reject(new CommandError("did not respond"))),
        );
      // Each script waits for the others, so that reading them one by one would not end.
      if (scripts.has(url.pathname)) await new Promise<void>(resolve => waiting.push(resolve));
      const text = scripts.get(url.pathname) ?? tinyDocument("concurrent");
      return { url, status: 200, text, redirected: false };
    };
    const names = [...scripts.keys(), "/hangs.js"].map(name => `<script src="${name}"></script>`);
    const reading = { read, timeoutMs: 1, signInHelp: "", secretHelp: "" };
    const found = findDocument(
      { text: names.join(""), source: "a page", url: new URL("https://lab.example") },
      reading,
    );
    await vi.waitFor(() => expect(waiting).toHaveLength(3));
    for (const proceed of waiting) proceed();
    expect((await found).document.info).toMatchObject({ title: "concurrent" });
  });

  it("finds the document without running code of the page", async () => {
    const code = `globalThis.ran = true; process.exit(3); SwaggerUIBundle({ url: (() => "/evil.json")(), spec: undefined }); SwaggerUIBundle({ url: "/spec.json" })`;
    expect(await titleFrom({ "/docs": script(code), "/spec.json": tinyDocument() })).toBe("tiny");
    expect(globalThis).not.toHaveProperty("ran");
  });
});

describe("Character sets", () => {
  const text = tinyDocument("Größe");
  const page = `<html><head><meta charset="iso-8859-1"></head><script>SwaggerUIBundle({ spec: ${text} })</script></html>`;

  it.each([
    ["UTF-8 with a byte order mark", Buffer.from(`\uFEFF${text}`), undefined],
    ["UTF-16 with a byte order mark", Buffer.from(`\uFEFF${text}`, "utf16le"), undefined],
    ["big-endian UTF-16 with a byte order mark", Buffer.from(`\uFEFF${text}`, "utf16le").swap16(), "text/plain"],
    ["UTF-16 without a byte order mark", Buffer.from(text, "utf16le"), undefined],
    ["UTF-16 that the charset names", Buffer.from(text, "utf16le").swap16(), "application/json; charset=utf-16be"],
    ["big-endian UTF-16 whose charset is UTF-16", Buffer.from(text, "utf16le").swap16(), "text/plain; charset=utf-16"],
    ["UTF-16 whose charset is UTF-8", Buffer.from(text, "utf16le"), "application/json; charset=utf-8"],
    ["ISO-8859-1 that the charset names", Buffer.from(text, "latin1"), 'application/json;charset="ISO-8859-1"'],
    ["a byte order mark that contradicts the charset", Buffer.from(`\uFEFF${text}`), "text/plain; charset=latin1"],
    ["a charset that does not exist", Buffer.from(text), "application/json; charset=unknown"],
    ["a page that names its charset itself", Buffer.from(page, "latin1"), "text/html"],
  ])("reads a document in %s", async (_, body, type) => {
    const headers = type === undefined ? {} : { "Content-Type": type };
    expect(await titleFrom({ "/docs": { body, headers } })).toBe("Größe");
  });

  it("reads a file in UTF-16", async () => {
    const root = await emptyRoot();
    const file = join(root, "exported.json");
    await writeFile(file, `\uFEFF${text}`, "utf16le");
    await pullClient({ root, env: {}, from: file });
    expect(JSON.parse(await readMain(root)).info.title).toBe("Größe");
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
    [
      "a page that refreshes itself",
      `<html><head><meta http-equiv="refresh" content="0;url=/docs"></head></html>`,
      /page without an OpenAPI document/,
    ],
    [
      "a page that refreshes to a script",
      `<html><head><meta http-equiv="refresh" content="0;url=javascript:alert(1)"></head></html>`,
      /^javascript:alert\(1\) is not an https address/,
    ],
    [
      "a page of RapiDoc",
      `<script src="https://unpkg.com/rapidoc/dist/rapidoc-min.js"></script><rapi-doc spec-url="/spec.json?key=k"></rapi-doc>`,
      /is a page of RapiDoc\. Only pages of Swagger UI and Redoc can be read\. Use --from http:\S+\/spec\.json\.$/,
    ],
    [
      "a page of Scalar",
      `<script id="api-reference" data-url="/spec.json"></script>`,
      /is a page of Scalar\..* Use --from http:\S+\/spec\.json\.$/,
    ],
    [
      "a page of Stoplight Elements",
      `<elements-api apiDescriptionUrl="/spec.yaml" router="hash"></elements-api>`,
      /is a page of Stoplight Elements\..* Use --from http:\S+\/spec\.yaml\.$/,
    ],
    [
      "a page of a viewer that a script starts",
      `<div id="app"></div><script src="https://cdn.jsdelivr.net/npm/@scalar/api-reference"></script>`,
      /is a page of Scalar\..* use --from FILE\.$/,
    ],
    ["truncated JSON", `{"openapi": "3.0.3", `, /is not valid JSON/],
    [
      "JSON with a secret that is not quoted",
      `{"client_secret": secret-value}`,
      /is not valid JSON: Unexpected token 's'$/,
    ],
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

  it("rejects a page that refreshes to a login page without a form", async () => {
    const refresh = `<meta http-equiv="refresh" content="0; url=/login?next=docs">`;
    const { url } = await serve({ "/docs": refresh, "/login": `<div id="app"></div>` });
    await expect(pullClient({ root: await emptyRoot(), env: {}, from: `${url}/docs` })).rejects.toThrow(
      "/login is a login page",
    );
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
