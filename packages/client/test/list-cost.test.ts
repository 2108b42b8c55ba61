import { describe, expect, it } from "vitest";
import { createPaginate } from "../src/lists/paginate.js";
import { createModelServer, toIds } from "./support/model-server.js";

/** At 300 requests per minute, five requests are sent in one second. */
const REQUESTS_PER_SECOND = 5;

/** Reads a list of a number of records while something happens in every second. */
async function readWhile(rows: number, inEverySecond?: (second: number) => { leaves: number } | { enters: number }) {
  const ids = toIds(Array(rows).fill(3));
  const server = createModelServer(ids);
  const { GET } = server.server;
  let requests = 0;
  server.server.GET = (...call) => {
    const second = ++requests / REQUESTS_PER_SECOND;
    if (inEverySecond && Number.isInteger(second)) server.change(inEverySecond(second));
    return GET(...call);
  };
  let rereads = 0;
  const found = await createPaginate(server.client, () => true)("/things", {
    onProgress: progress => {
      rereads = progress.rereads;
    },
  }).toArray();
  const counts = new Map<number, number>();
  for (const { id } of found) counts.set(id, (counts.get(id) ?? 0) + 1);
  return {
    requests: server.requests(),
    rereads,
    missing: ids.filter(id => !counts.has(id) && !server.left.has(id)),
    repeated: [...counts.values()].filter(count => count > 1).length,
  };
}

describe("The number of requests for a list that changes in every second, at 300 requests per minute", () => {
  it.each([
    ["20,000 records of which one is deleted", 20_000, (second: number) => ({ leaves: (second * 37) % 100 })],
    ["20,000 records of which the first is deleted", 20_000, () => ({ leaves: 0 })],
    ["1,000 records that one enters", 1000, (second: number) => ({ enters: (second * 1361) % 3000 })],
    ["3,000 records that one enters", 3000, (second: number) => ({ enters: (second * 1361) % 9000 })],
    ["1,000 records that one enters at its start", 1000, (second: number) => ({ enters: -second })],
    [
      "3,000 records that one enters or leaves",
      3000,
      (second: number) => (second % 2 ? { enters: (second * 1361) % 9000 } : { leaves: (second * 37) % 100 }),
    ],
  ])("paginate reads a list of %s with at most 2.2 times the requests of a quiet read", async (_name, rows, change) => {
    const quiet = await readWhile(rows);
    const read = await readWhile(rows, change);
    expect(read).toMatchObject({ missing: [], repeated: 0 });
    expect(read.requests / quiet.requests).toBeLessThanOrEqual(2.2);
    expect(quiet.rereads).toBe(0);
    expect(read.rereads).toBeGreaterThan(0);
  });
});
