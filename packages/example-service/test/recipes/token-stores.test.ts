import type { TokenStore } from "@qbench-sdk/auth";
import { createQBenchClient, type QBenchClient } from "@qbench-sdk/client";
import type { EmulatorOptions } from "@qbench-sdk/emulator";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { cloudflareTokenStore } from "../../src/recipes/cloudflare-token-store.ts";
import { denoTokenStore } from "../../src/recipes/deno-token-store.ts";
import { dynamoTokenStore } from "../../src/recipes/dynamo-token-store.ts";
import { fakeDenoKv } from "../support/fake-deno-kv.ts";
import { fakeDynamo } from "../support/fake-dynamo.ts";
import { fakeWorkersKv } from "../support/fake-workers-kv.ts";
import { startLaboratory } from "../support/laboratory.ts";

const HOUR = 3_600_000;

/** A database that processes share. */
interface Database {
  /** Opens the store as a new process does, which may run in another location. */
  open(): TokenStore;
  fail(error: Error | undefined): void;
  /** Replaces the content of all records. */
  corrupt(content: unknown): void;
  /** Returns when the record expires, in seconds since the epoch. */
  expiry(): number;
  /** Removes what has expired, as the database does at some time. */
  expire(): void;
}

const databases: Record<string, () => Database> = {
  dynamoTokenStore() {
    const db = fakeDynamo("tokens");
    return {
      open: () => dynamoTokenStore(db, "tokens"),
      fail: db.fail,
      corrupt(content) {
        for (const [id, item] of db.items) db.items.set(id, { ...item, tokens: content });
      },
      expiry: () => Number([...db.items.values()][0]?.expires),
      // DynamoDB deletes items up to days later, so the store must work without it.
      expire() {},
    };
  },
  denoTokenStore() {
    const kv = fakeDenoKv(Date.now);
    return {
      open: () => denoTokenStore(kv),
      fail: kv.fail,
      corrupt(content) {
        for (const entry of kv.entries.values()) entry.value = content;
      },
      expiry: () => Number([...kv.entries.values()][0]?.expiresAt) / 1000,
      expire: kv.expire,
    };
  },
  cloudflareTokenStore() {
    const kv = fakeWorkersKv(Date.now);
    return {
      open: () => cloudflareTokenStore(kv.location()),
      fail: kv.fail,
      corrupt(content) {
        for (const record of kv.records.values()) record.value = JSON.stringify(content) ?? "{";
      },
      expiry: () => Number([...kv.records.values()][0]?.expiration),
      expire() {},
    };
  },
};

const atomic = Object.keys(databases).filter(name => name !== "cloudflareTokenStore");

async function start(name: string, options: EmulatorOptions = {}) {
  const { emulator } = await startLaboratory(options);
  const database = databases[name]?.();
  const [apiClient] = emulator.clients.list();
  if (!database || !apiClient) throw new Error("The test has no database or no API client.");
  const settings = {
    baseUrl: emulator.url,
    clientId: apiClient.id,
    clientSecret: apiClient.secret,
    limits: false,
  } as const;
  /** Creates a client as a new process does. */
  const coldStart = (renewal: "assertion" | "refresh-token" = "assertion", store = database.open()): QBenchClient =>
    createQBenchClient({ ...settings, renewal, store });
  return { emulator, database, coldStart };
}

const call = async (client: QBenchClient): Promise<void> => {
  expect((await client.orders.get(1)).id).toBe(1);
};
const callAll = (clients: QBenchClient[]) => Promise.all(clients.map(call));
const times = <T>(count: number, create: () => T): T[] => Array.from({ length: count }, () => create());

function advance(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  onTestFinished(() => void vi.useRealTimers());
});

describe.each(Object.keys(databases))("%s", name => {
  it("gives two cold starts one token", async () => {
    const { emulator, coldStart } = await start(name);
    await call(coldStart());
    await call(coldStart());
    await call(coldStart());
    expect(emulator.stats).toMatchObject({ exchanges: 1, rejectedTokens: 0 });
  });

  it("lets five concurrent cold starts succeed", async () => {
    const { emulator, coldStart } = await start(name);
    await callAll(times(5, coldStart));
    expect(emulator.stats.exchanges).toBeLessThanOrEqual(5);
    const { exchanges } = emulator.stats;
    await call(coldStart());
    expect(emulator.stats).toMatchObject({ exchanges, rejectedTokens: 0 });
  });

  it("stores a record until the end of the token, and gives the cold start after it a new one", async () => {
    const { emulator, database, coldStart } = await start(name);
    const end = (Date.now() + HOUR) / 1000;
    await call(coldStart());
    expect(Math.abs(database.expiry() - end)).toBeLessThanOrEqual(1);
    advance(HOUR - 60_000);
    await call(coldStart());
    expect(emulator.stats.exchanges).toBe(1);
    advance(HOUR);
    await call(coldStart());
    expect(emulator.stats).toMatchObject({ exchanges: 2, rejectedTokens: 0 });
  });

  it("never sends a refresh token twice, with and without the lock", async () => {
    const { emulator, database, coldStart } = await start(name);
    const stores = times(4, () => {
      const { lock: _, ...store } = database.open();
      return store;
    });
    for (let life = 1; life <= 4; life++) {
      await callAll(stores.map(store => coldStart("refresh-token", life % 2 ? store : database.open())));
      advance(HOUR);
    }
    expect(emulator.stats).toMatchObject({ refreshReuses: 0, rejectedTokens: 0 });
    expect(emulator.stats.refreshes > 0).toBe(atomic.includes(name));
  });

  it("replaces a token that the API rejected", async () => {
    const { emulator, coldStart } = await start(name);
    await call(coldStart());
    emulator.revokeTokens();
    advance(1000);
    await call(coldStart());
    await call(coldStart());
    expect(emulator.stats).toMatchObject({ exchanges: 2, rejectedTokens: 1 });
  });

  it("stops no request if the database fails", async () => {
    const { emulator, database, coldStart } = await start(name);
    database.fail(Object.assign(new Error("throttled"), { name: "ThrottlingException" }));
    await call(coldStart());
    await call(coldStart("refresh-token"));
    expect(emulator.stats.exchanges).toBe(2);
    database.fail(undefined);
    await call(coldStart());
    await call(coldStart());
    expect(emulator.stats.exchanges).toBe(3);
  });

  it.each([undefined, "text", 1, [], {}, { accessToken: "ab\r\nc", expiresAt: 9e15 }, { accessToken: "abc" }])(
    "replaces a record with the content %j",
    async content => {
      const { emulator, database, coldStart } = await start(name);
      await call(coldStart());
      database.corrupt(content);
      advance(1000);
      await call(coldStart("refresh-token"));
      await call(coldStart());
      expect(emulator.stats).toMatchObject({ exchanges: 2, rejectedTokens: 0, refreshReuses: 0 });
    },
  );

  it("keeps the records of two API clients apart", async () => {
    const { database } = await start(name);
    const store = database.open();
    const tokens = { tokenType: "Bearer", expiresAt: Date.now() + HOUR } as const;
    await store.set("https://lab.example one", { ...tokens, accessToken: "first" });
    await store.set("https://lab.example two", { ...tokens, accessToken: "second" });
    expect(await store.get("https://lab.example one")).toMatchObject({ accessToken: "first" });
    await store.delete("https://lab.example one", "first");
    expect(await store.get("https://lab.example one")).toBeUndefined();
    expect(await store.get("https://lab.example two")).toMatchObject({ accessToken: "second" });
  });
});

describe.each(atomic)("%s, which has a lock", name => {
  it("gives five concurrent cold starts one token, in each of two lives", async () => {
    const { emulator, coldStart } = await start(name);
    for (let life = 1; life <= 2; life++) {
      await callAll(times(5, coldStart));
      expect(emulator.stats.exchanges).toBe(life);
      advance(HOUR);
    }
  });

  it("lets one of twenty processes take a record", async () => {
    const { database } = await start(name);
    const record = { accessToken: "abc", tokenType: "Bearer", expiresAt: Date.now() + HOUR } as const;
    await database.open().set("key", record);
    expect(await database.open().delete("key", "other")).toBe(false);
    const taken = await Promise.all(times(20, () => database.open().delete("key", "abc")));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await database.open().delete("key")).toBe(false);
    await database.open().set("key", record);
    expect(await database.open().delete("key")).toBe(true);
  });

  it("frees the lock of a process that was killed after 30 s, but not the lock of another process", async () => {
    const { database } = await start(name);
    const killed = await holdLock(database);
    expect(await isLocked(database)).toBe(true);
    advance(31_000);
    database.expire();
    const next = await holdLock(database);
    await killed.release();
    expect(await isLocked(database)).toBe(true);
    await next.release();
    expect(await isLocked(database)).toBe(false);
  });
});

/** Takes the lock as a new process, and keeps it. */
async function holdLock(database: Database) {
  const { signal } = new AbortController();
  let release = () => {};
  let lock: Promise<void> | undefined;
  await new Promise<void>(resolve => {
    const work = () => {
      resolve();
      return new Promise<void>(end => {
        release = end;
      });
    };
    lock = database.open().lock?.("key", work, { signal });
  });
  return {
    release() {
      release();
      return lock;
    },
  };
}

/** Returns whether a new process waits for the lock. */
async function isLocked(database: Database): Promise<boolean> {
  const stop = new AbortController();
  const lock = database.open().lock?.("key", async () => {}, { signal: stop.signal });
  const isTaken = lock?.then(
    () => false,
    () => true,
  );
  // Each operation of a database takes one turn.
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
  stop.abort();
  return isTaken ?? false;
}

describe("cloudflareTokenStore, whose locations can be a minute behind", () => {
  it("sends no refresh token that another location still sees, and none at all", async () => {
    const { emulator, database, coldStart } = await start("cloudflareTokenStore", {
      tokens: { accessTokenSeconds: 120 },
    });
    const [frankfurt, tokyo] = [database.open(), database.open()];
    await call(coldStart("refresh-token", frankfurt));
    await call(coldStart("refresh-token", tokyo));
    expect(emulator.stats.exchanges).toBe(1);
    advance(50_000);
    emulator.revokeTokens();
    await call(coldStart("refresh-token", frankfurt));
    await call(coldStart("refresh-token", tokyo));
    expect(emulator.stats).toMatchObject({ exchanges: 3, refreshes: 0, refreshReuses: 0 });
  });

  it("stores no token that lives less than a minute, and stops no request", async () => {
    const { emulator, coldStart } = await start("cloudflareTokenStore", { tokens: { accessTokenSeconds: 30 } });
    await call(coldStart());
    await call(coldStart());
    expect(emulator.stats.exchanges).toBe(2);
  });
});
