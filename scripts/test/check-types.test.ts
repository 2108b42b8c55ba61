import { randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { generatePackage } from "../clients/generate-package.ts";
import { pullClient } from "../clients/pull-client.ts";
import type { JsonObject } from "../document/model/json.ts";
import { checkGenerated } from "../types/check-types.ts";
import { emptyRoot, readMain, tinyDocument } from "./support/repository.ts";
import { ok, ref } from "./support/vendor-document.ts";

/** Returns a document with a schema that TypeScript cannot represent: it combines 25 × 25 × 25 × 25 alternatives. */
function tooComplex(): string {
  const parts = ["A", "B", "C", "D"];
  const alternatives = (part: string): JsonObject[] =>
    Array.from({ length: 25 }, (_, index) => {
      const name = `${part}${index}`;
      return { type: "object", required: [name], properties: { [name]: { type: "string" } } };
    });
  return JSON.stringify({
    ...JSON.parse(tinyDocument()),
    paths: { "/things": { get: { operationId: "getThings", responses: ok(ref("Everything")) } } },
    components: {
      schemas: {
        ...Object.fromEntries(parts.map(part => [part, { oneOf: alternatives(part) }])),
        Everything: { allOf: parts.map(ref) },
      },
    },
  });
}

const message = /the types of schema Everything do not compile: Expression produces .*openapi\/overlays\/main\.$/;

describe("The types of a document", () => {
  it("a pull rejects a document whose types do not compile in one line, and keeps the committed document", async () => {
    const root = await emptyRoot();
    const [good, bad] = [join(root, "good.json"), join(root, "bad.json")];
    await writeFile(good, tinyDocument("good"));
    await writeFile(bad, tooComplex());
    await pullClient({ root, env: {}, from: good });
    const before = await readMain(root);
    const failure = await pullClient({ root, env: {}, from: bad }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: "CommandError", message: expect.stringMatching(message) });
    expect(failure).toMatchObject({ message: expect.stringContaining(bad) });
    expect(failure).toMatchObject({ message: expect.not.stringContaining("\n") });
    expect(await readMain(root)).toBe(before);
  });

  it("generating types that do not compile writes no types", async () => {
    const root = await emptyRoot();
    await writeFile(join(root, "openapi/main.json"), tinyDocument());
    await generatePackage(root);
    const file = join(root, "packages/types/src/main.ts");
    const before = await readFile(file, "utf8");
    await writeFile(join(root, "openapi/main.json"), tooComplex());
    await expect(generatePackage(root)).rejects.toThrow(message);
    await expect(generatePackage(root)).rejects.toThrow(/^openapi\/main\.json: /);
    expect(await readFile(file, "utf8")).toBe(before);
  });

  it.each([
    ["schema Order", "export interface Order {\n    id: Missing;\n}\n"],
    ["operation getOrder", "export interface operations {\n    getOrder: {\n        id: Missing;\n    };\n}\n"],
    [
      'path "/orders/{id}"',
      'export interface paths {\n    "/orders/{id}": {\n        /** Gets. */\n        get: Missing;\n    };\n}\n',
    ],
    [
      'component "my order"',
      'export interface components {\n    schemas: {\n        "my order": {\n            id: Missing;\n        };\n    };\n}\n',
    ],
  ])("the error names the %s", async (name, text) => {
    await expect(checkGenerated(new Map([["main.ts", text]]))).rejects.toThrow(
      `the types of ${name} do not compile: Cannot find name`,
    );
  });

  it("types that compiled before are not compiled again", async () => {
    const text = `export type Compiled = "${randomUUID()}";\n`;
    const impossible = new Map([["\0.ts", text]]);
    await expect(checkGenerated(impossible)).rejects.toThrow("null bytes");
    await checkGenerated(new Map([["main.ts", text]]));
    await checkGenerated(impossible);
  });
});
