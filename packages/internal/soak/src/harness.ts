import { createAdaptorServer } from "@hono/node-server";
import { createEmulator, type Emulator, type Fault } from "@qbench-sdk/emulator";
import type { ExchangeLog } from "./exchange-log.ts";
import { listen } from "./listen.ts";
import {
  ENDED_TOKEN_HEADER,
  IDENTITY_HEADER,
  RENEWAL_STARTED_AT_HEADER,
  REQUEST_ID_HEADER,
  STARTED_AT_HEADER,
  STORE_FAILED_HEADER,
  WORKER_HEADER,
} from "./messages.ts";

/** The point of an exchange at which a process is killed. */
type KillPoint = "before the exchange" | "before the response" | "after the response";
const killPoints: readonly KillPoint[] = ["before the exchange", "before the response", "after the response"];

/** Decides which token requests get a fault. A key names a process and an API client. */
export interface TokenFaultPlan {
  next(key: string): Fault | undefined;
  succeeded(key: string): void;
}

/**
 * The time after an exchange until all processes use its token and no request with the previous token is in flight, in
 * milliseconds.
 */
const PROPAGATION_MS = 500;

export interface Harness {
  readonly url: string;
  readonly emulator: Emulator;
  /** The ids of the API requests whose connection was cut by a fault. */
  readonly cutRequests: ReadonlySet<string>;
  /** Revokes all tokens of an API client. */
  revokeTokens(clientId: string): void;
  /** Kills the next process that requests a token, at a random point of that exchange. */
  killNext(): void;
  injectTokenFaults(plan: TokenFaultPlan): void;
  /** Returns true if no token request of this API client is in flight or ended recently. */
  isQuiet(clientId: string): boolean;
  close(): Promise<void>;
}

/** Starts an emulator on a port, injects faults into its responses, and records its exchanges. */
export async function startHarness(
  accessTokenSeconds: number,
  log: ExchangeLog,
  kill: (worker: number) => void,
): Promise<Harness> {
  const emulator = createEmulator({
    clients: [],
    tokens: { accessTokenSeconds },
    limits: { concurrent: 1_000_000, requests: 1_000_000, windowMs: 1 },
  });
  const cutRequests = new Set<string>();
  /** The issued access tokens, by their value. */
  const tokens = new Map<string, { clientId: string; endsAt: number; revokedAt?: number }>();
  let killsNext = false;
  let faults: TokenFaultPlan | undefined;
  /** For each client id, the token requests in flight, and when the last one ended. */
  const tokenTraffic = new Map<string, { inFlight: number; endedAt: number }>();

  const server = createAdaptorServer({
    async fetch(request, { incoming }) {
      const { headers } = request;
      const requestId = headers.get(REQUEST_ID_HEADER);
      let recordLoss = () => {};
      const cut = () => {
        if (requestId !== null) cutRequests.add(requestId);
        recordLoss();
        incoming.socket.destroy();
      };
      const worker = headers.get(WORKER_HEADER);
      if (worker === null) {
        const response = await emulator.fetch(request, { cut });
        const accessToken = headers.get("Authorization")?.replace("Bearer ", "") ?? "";
        const token = tokens.get(accessToken);
        if (response.status === 400 && token) {
          const { endsAt, revokedAt } = token;
          response.headers.set(
            ENDED_TOKEN_HEADER,
            revokedAt === undefined ? `expired ${endsAt}` : `revoked ${revokedAt}`,
          );
        }
        return response;
      }

      const killPoint = killsNext ? killPoints[Math.floor(Math.random() * killPoints.length)] : undefined;
      killsNext = false;
      const killNow = () => kill(Number(worker));
      if (killPoint === "before the exchange") killNow();
      const identity = headers.get(IDENTITY_HEADER) ?? "";
      const [clientId = ""] = identity.split(" ");
      const key = `${identity} ${worker}`;
      const fault = faults?.next(key);
      // With `times: 1` the fault applies to this request only, because the emulator handles it next.
      if (fault) emulator.faults.add({ ...fault, on: ["token", "refresh"], times: 1 });
      const clientTraffic = tokenTraffic.get(clientId) ?? { inFlight: 0, endedAt: 0 };
      tokenTraffic.set(clientId, clientTraffic);
      clientTraffic.inFlight += 1;
      const recordExchange = () =>
        log.recordExchange({
          identity,
          worker: Number(worker),
          startedAt: Number(headers.get(STARTED_AT_HEADER)),
          renewalStartedAt: Number(headers.get(RENEWAL_STARTED_AT_HEADER)),
          storeFailed: headers.has(STORE_FAILED_HEADER),
        });
      const issuedBefore = issuedTokens(emulator);
      const issuedAt = Date.now();
      const response = await emulator
        .fetch(request, { cut })
        .catch(error => {
          // The token was issued, but its response was lost.
          if (fault?.cut === "after" && issuedTokens(emulator) > issuedBefore) recordExchange()();
          throw error;
        })
        .finally(() => {
          clientTraffic.inFlight -= 1;
          clientTraffic.endedAt = performance.now();
        });
      if (response.ok) {
        recordLoss = recordExchange();
        // Reading a copy of the body would cut the connection before the worker gets the first half.
        if (!fault?.cut) {
          const { access_token: token } = await response.clone().json();
          tokens.set(token, { clientId, endsAt: issuedAt + accessTokenSeconds * 1000 });
        }
        if (!fault) faults?.succeeded(key);
      }
      if (killPoint === "before the response") killNow();
      if (killPoint === "after the response") setTimeout(killNow, 5 * Math.random());
      return response;
    },
  });
  const { url, close } = await listen(server);
  return {
    url,
    emulator,
    cutRequests,
    revokeTokens(clientId) {
      emulator.revokeTokens({ clientId });
      log.recordRevocation(clientId);
      for (const token of tokens.values()) {
        if (token.clientId === clientId && token.endsAt > Date.now()) token.revokedAt ??= Date.now();
      }
    },
    killNext() {
      killsNext = true;
    },
    injectTokenFaults(plan) {
      faults = plan;
    },
    isQuiet(clientId) {
      const { inFlight, endedAt } = tokenTraffic.get(clientId) ?? { inFlight: 0, endedAt: 0 };
      return inFlight === 0 && performance.now() > endedAt + PROPAGATION_MS;
    },
    close,
  };
}

const issuedTokens = ({ stats }: Emulator): number => stats.exchanges + stats.refreshes;
