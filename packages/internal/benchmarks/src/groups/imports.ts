import { measureInTurns, ratios } from "../measure/measure-in-turns.ts";
import { runNode } from "../measure/run-node.ts";
import { median } from "../measure/spread.ts";
import { asMs, asRatio, atMost, measured, type Row } from "../results/row.ts";
import type { GroupOptions } from "./group.ts";

/** Measures how long a new process takes to import each library. */
export async function benchImports({ rounds = 15 }: GroupOptions): Promise<Row[]> {
  const { client, ...others } = await measureInTurns(
    {
      client: () => importMs("@qbench-sdk/client"),
      ky: () => importMs("ky"),
      "openapi-fetch": () => importMs("openapi-fetch"),
      "@qbench-sdk/auth": () => importMs("@qbench-sdk/auth"),
      "@hey-api/client-fetch": () => importMs("@hey-api/client-fetch"),
      "@badgateway/oauth2-client": () => importMs("@badgateway/oauth2-client"),
      axios: () => importMs("axios"),
      "@octokit/auth-app": () => importMs("@octokit/auth-app"),
    },
    rounds,
  );
  const toKy = ratios(client, others.ky);
  return [
    atMost("import of @qbench-sdk/client", client, asMs, 10),
    { ...measured("import of @qbench-sdk/client / ky", toKy, asRatio), goal: "< 1", isMet: median(toKy) < 1 },
    ...Object.entries(others).map(([name, ms]) => measured(`import of ${name}`, ms, asMs)),
  ];
}

function importMs(name: string): number {
  // Node loads fetch on its first use. Every program that makes requests pays for that, so it is not measured.
  // The URL is resolved here, because a module from the command line resolves names from the working directory.
  const program = `
    void globalThis.Request;
    const begin = performance.now();
    await import(${JSON.stringify(import.meta.resolve(name))});
    console.log(performance.now() - begin);`;
  return Number(runNode(["--input-type=module", "--eval", program]).stdout);
}
