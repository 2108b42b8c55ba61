import { Agent, get } from "node:http";
import { createTokenSource } from "@qbench-sdk/auth";
import { CONCURRENCY, CONTACTS, ROWS_PER_PAGE } from "../callers/read-in-loop.ts";
import { measureInTurns, ratios } from "../measure/measure-in-turns.ts";
import { asRatio, atLeast, measured, type Row } from "../results/row.ts";
import { noLimits, startByteServer, startEmulatedTenant } from "../servers/servers.ts";
import type { GroupOptions } from "./group.ts";

const ROWS = 40_000;
const TURN_MS = 500;

/** Measures how many pages per second the emulator sends. */
export async function benchEmulator({ rounds = 15 }: GroupOptions): Promise<Row[]> {
  const emulator = await startEmulatedTenant({ limits: noLimits, records: { contacts: ROWS } });
  // Node's fetch uses more processor time for a request than the servers do.
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  const token = await createTokenSource(emulator.settings).getToken();
  const readPage = (baseUrl: string, page: number) =>
    readText(`${baseUrl}${CONTACTS}?page_num=${page}&page_size=${ROWS_PER_PAGE}`, token, agent);
  const bytes = await startByteServer(await readPage(emulator.url, 1));
  let page = 0;
  const nextPage = () => (page++ % (ROWS / ROWS_PER_PAGE)) + 1;
  try {
    const perSecond = await measureInTurns(
      {
        emulator: () => requestsPerSecond(() => readPage(emulator.url, nextPage())),
        bytes: () => requestsPerSecond(() => readPage(bytes.url, nextPage())),
      },
      rounds,
      4,
    );
    const what = `emulator, pages of ${ROWS_PER_PAGE} rows, ${CONCURRENCY} concurrent requests:`;
    return [
      atLeast(`${what} requests per second`, perSecond.emulator, asRate, 2000),
      measured(`${what} bare node:http server that sends the same bytes`, perSecond.bytes, asRate),
      measured(`${what} emulator / bare server`, ratios(perSecond.emulator, perSecond.bytes), asRatio),
    ];
  } finally {
    agent.destroy();
    bytes.close();
    emulator.close();
  }
}

const asRate = (value: number): string => `${Math.round(value).toLocaleString("en")}/s`;

async function requestsPerSecond(request: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  let requests = 0;
  const work = async () => {
    while (performance.now() < begin + TURN_MS) {
      await request();
      requests++;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return (requests * 1000) / (performance.now() - begin);
}

function readText(url: string, token: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, headers: { Authorization: `Bearer ${token}` } }, response => {
      const chunks: Buffer[] = [];
      response.on("data", chunk => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString());
        else reject(new Error(`The server responded with ${response.statusCode}`));
      });
    });
    request.on("error", reject);
  });
}
