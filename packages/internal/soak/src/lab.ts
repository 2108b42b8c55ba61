import { createAdaptorServer } from "@hono/node-server";
import { createEmulator, type Emulator, type Fault } from "@qbench-sdk/emulator";
import type { ExchangeLog } from "./exchange-log.ts";
import { ASKED_HEADER, CALL_HEADER, IDENTITY_HEADER, WORKER_HEADER } from "./messages.ts";

/** Where in an exchange a process is killed. */
type KillPoint = "before the exchange" | "before the answer" | "after the answer";
const killPoints: readonly KillPoint[] = ["before the exchange", "before the answer", "after the answer"];

/** What token requests meet; the key is a process and an API client. */
export interface TokenFaultPlan {
  next(key: string): Fault | undefined;
  succeeded(key: string): void;
}

/** So long after an exchange its token has arrived everywhere, and the last one has ended, in milliseconds. */
const ARRIVAL_MS = 500;

export interface Lab {
  readonly url: string;
  readonly emulator: Emulator;
  /** The calls of the API whose connection was cut by a fault. */
  readonly cutCalls: ReadonlySet<string>;
  /** The next process that asks for a token is killed at a random point of that exchange. */
  killNext(): void;
  spoilTokenRequests(plan: TokenFaultPlan): void;
  /** Has nobody asked for a token of this API client lately? */
  isQuiet(clientId: string): boolean;
  close(): Promise<void>;
}

/** An emulator on a port that notes what the judgement of a soak needs. */
export async function startLab(
  accessTokenSeconds: number,
  log: ExchangeLog,
  kill: (worker: number) => void,
): Promise<Lab> {
  const emulator = createEmulator({
    clients: [],
    tokens: { accessTokenSeconds },
    limits: { concurrent: 1_000_000, requests: 1_000_000, windowMs: 1 },
  });
  const cutCalls = new Set<string>();
  let shallKill = false;
  let faults: TokenFaultPlan | undefined;
  /** By client id, the token requests that are under way, and when the last one ended. */
  const traffic = new Map<string, { underWay: number; endedAt: number }>();

  const server = createAdaptorServer({
    async fetch(request, { incoming }) {
      const { headers } = request;
      const call = headers.get(CALL_HEADER);
      let tellLost = () => {};
      const cut = () => {
        if (call !== null) cutCalls.add(call);
        tellLost();
        incoming.socket.destroy();
      };
      const worker = headers.get(WORKER_HEADER);
      if (worker === null) return emulator.fetch(request, { cut });

      const killPoint = shallKill ? killPoints[Math.floor(Math.random() * killPoints.length)] : undefined;
      shallKill = false;
      const killNow = () => kill(Number(worker));
      if (killPoint === "before the exchange") killNow();
      const askedAt = Number(headers.get(ASKED_HEADER));
      const identity = headers.get(IDENTITY_HEADER) ?? "";
      const [clientId = ""] = identity.split(" ");
      const key = `${identity} ${worker}`;
      const fault = faults?.next(key);
      // It meets the request that comes now, and no other.
      if (fault) emulator.faults.add({ ...fault, on: ["token", "refresh"], times: 1 });
      const ofClient = traffic.get(clientId) ?? { underWay: 0, endedAt: 0 };
      traffic.set(clientId, ofClient);
      ofClient.underWay += 1;
      const issued = () => log.issued(identity, Number(worker), askedAt);
      const before = tokensIssued(emulator);
      const response = await emulator
        .fetch(request, { cut })
        .catch(error => {
          if (tokensIssued(emulator) > before) issued()();
          throw error;
        })
        .finally(() => {
          ofClient.underWay -= 1;
          ofClient.endedAt = performance.now();
        });
      if (response.ok) {
        tellLost = issued();
        if (!fault) faults?.succeeded(key);
      }
      if (killPoint === "before the answer") killNow();
      if (killPoint === "after the answer") setTimeout(killNow, 5 * Math.random());
      return response;
    },
  });
  // A connection that is closed for having been idle, as a request comes, would be a fault that nobody has injected.
  if ("keepAliveTimeout" in server) server.keepAliveTimeout = 0;
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    emulator,
    cutCalls,
    killNext() {
      shallKill = true;
    },
    spoilTokenRequests(plan) {
      faults = plan;
    },
    isQuiet(clientId) {
      const { underWay, endedAt } = traffic.get(clientId) ?? { underWay: 0, endedAt: 0 };
      return underWay === 0 && performance.now() > endedAt + ARRIVAL_MS;
    },
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}

const tokensIssued = ({ stats }: Emulator): number => stats.exchanges + stats.refreshes;
