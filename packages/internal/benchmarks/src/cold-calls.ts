import { type Caller, withAuth, withBadgateway } from "./callers.ts";
import type { Row } from "./row.ts";
import { stubFetch } from "./tenant.ts";

const CALLS = 1000;

/** Counts the exchanges for a thousand concurrent requests that start without a token. */
export async function benchColdCalls(): Promise<Row[]> {
  const count = async (create: (origin: string, fetch: (request: Request) => Promise<Response>) => Caller) => {
    const tenant = stubFetch();
    const caller = create("https://example.qbench.net", tenant.fetch);
    await Promise.all(Array.from({ length: CALLS }, () => caller.get()));
    return tenant.exchanges;
  };
  const ours = await count(withAuth);
  const what = "1,000 concurrent calls without a token: exchanges of";
  return [
    { what: `${what} @qbench-sdk/auth`, result: String(ours), goal: "1", isMet: ours === 1 },
    { what: `${what} @badgateway/oauth2-client`, result: String(await count(withBadgateway)) },
  ];
}
