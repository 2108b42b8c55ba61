/**
 * Runs the tests in workerd, within one request. Outside of a request, workerd provides no clock, no random numbers and no
 * network.
 */
import { runTests } from "./run-tests.ts";
import { everywhere, overHttp, withInspect } from "./test-files.ts";

export default {
  async fetch(request: Request): Promise<Response> {
    const { testServerHost } = await import("./test-server.ts");
    testServerHost.url = await request.text();
    return Response.json(await runTests({ ...everywhere, ...withInspect, ...overHttp }));
  },
};
