/** Runs the tests in workerd, within one request: outside of one it has neither time nor chance nor network. */
import { runTests } from "./run-tests.ts";
import { everywhere, withInspect } from "./test-files.ts";

export default {
  async fetch(request: Request): Promise<Response> {
    const { labServer } = await import("./lab.ts");
    labServer.url = await request.text();
    return Response.json(await runTests({ ...everywhere, ...withInspect }));
  },
};
