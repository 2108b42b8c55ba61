import { describe, expect, it } from "vitest";
import { createPaginate } from "../src/lists/paginate.js";
import { createModelServer, type ModelServer, toIds } from "./support/model-server.js";

/** At 300 requests per minute, five requests are sent in one second. */
const REQUESTS_PER_SECOND = 5;

/** Reads a list of a number of records. `beforeRequest` can change the list. */
async function readWhile(rows: number, beforeRequest: (request: number, server: ModelServer) => void = () => {}) {
  const ids = toIds(Array(rows).fill(3));
  const server = createModelServer(ids);
  const { GET } = server.server;
  let requests = 0;
  server.server.GET = (...call) => {
    beforeRequest(++requests, server);
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
    const read = await readWhile(rows, (request, server) => {
      const second = request / REQUESTS_PER_SECOND;
      if (Number.isInteger(second)) server.change(change(second));
    });
    expect(read).toMatchObject({ missing: [], repeated: 0 });
    expect(read.requests / quiet.requests).toBeLessThanOrEqual(2.2);
    expect(quiet.rereads).toBe(0);
    expect(read.rereads).toBeGreaterThan(0);
  });
});

describe("The number of requests for a list that changes in bulk", () => {
  const deleteFirst = (count: number, server: ModelServer): void => {
    for (let deleted = 0; deleted < count; deleted++) server.change({ leaves: 0 });
  };
  const bulk = [50, 150, 250, 330, 399].flatMap(after =>
    [600, 4100, 9000, 20_000].map(count => [after, count] as const),
  );

  it.each(bulk)("paginate completes the read if after %i requests %i records are deleted", async (after, count) => {
    const read = await readWhile(20_000, (request, server) => {
      if (request === after) deleteFirst(count, server);
    });
    expect(read).toMatchObject({ missing: [], repeated: 0 });
    expect(read.requests).toBeLessThan(2 * 400);
  });

  it("paginate completes the read if all records are replaced by new ones", async () => {
    const read = await readWhile(20_000, (request, server) => {
      if (request !== 150) return;
      deleteFirst(20_000, server);
      for (let created = 0; created < 20_000; created++) server.change({ appends: 1 });
    });
    expect(read).toMatchObject({ missing: [], repeated: 0 });
    expect(read.requests).toBeLessThan(2 * 400);
  });

  it.each([
    [500, 10],
    [130, 3],
  ])("paginate completes the read if %i records are deleted every %i requests", async (count, interval) => {
    const read = await readWhile(20_000, (request, server) => {
      if (request % interval === 0) deleteFirst(count, server);
    });
    expect(read).toMatchObject({ missing: [], repeated: 0 });
    expect(read.requests).toBeLessThan(2 * 400);
  });

  it.each([3, 115])("paginate completes the read if after %i requests 10,000 older records enter", async after => {
    const read = await readWhile(6000, (request, server) => {
      for (let id = 0; request === after && id < 10_000; id++) server.change({ enters: -id });
    });
    expect(read).toMatchObject({ missing: [], repeated: 0 });
    expect(read.requests).toBeLessThan(2 * (16_000 / 50));
  });

  it("paginate reads at most a hundred pages again if new records were created before the list changed", async () => {
    let taken = 0;
    const read = await readWhile(1000 * 50, (request, server) => {
      server.change(request === 900 ? { leaves: 0 } : { appends: 1 });
      taken = request;
    });
    expect(read).toMatchObject({ missing: [], repeated: 0 });
    expect(taken).toBeLessThan(1200);
  });
});
