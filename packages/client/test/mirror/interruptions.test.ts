import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { QBenchClient } from "../../src/index.js";
import { type SyncOptions, syncList } from "../../src/mirror/mirror.js";
import { createTestClient } from "../support/laboratory.js";
import { collect, createMemoryMirror } from "../support/memory-mirror.js";

type ListName = "tests" | "payments";

/** A change of the laboratory while a request is processed, and how much time passes. */
interface ServerChange {
  kind: "create" | "update" | "delete";
  /** Selects the record, among those that exist. */
  at: number;
  seconds: number;
}

const serverChange = fc.record<ServerChange>({
  kind: fc.constantFrom("create", "update", "delete"),
  at: fc.double({ min: 0, max: 0.999, noNaN: true }),
  seconds: fc.integer({ min: 0, max: 3 }),
});

/** One process: it is killed before or after a transaction, or after it took some changes. */
const interruption = fc.tuple(
  fc.oneof(
    fc.record({ kill: fc.constantFrom("before" as const, "after" as const), save: fc.integer({ min: 1, max: 6 }) }),
    fc.record({ changes: fc.integer({ min: 1, max: 120 }) }),
  ),
  fc.constantFrom<SyncOptions>({}, {}, { deletions: false }, { full: true }, { full: true, deletions: false }),
);

const scenario = fc.record({
  count: fc.integer({ min: 0, max: 320 }),
  interruptions: fc.array(interruption, { maxLength: 8 }),
  // One for each request. Null: nothing changes.
  changes: fc.array(fc.option(serverChange, { freq: 3 }), { maxLength: 80 }),
  overlapMs: fc.constantFrom(0, 5000),
});

async function changeRecord(client: QBenchClient, name: ListName, { kind, at }: ServerChange): Promise<void> {
  const ids = (await client[name].list().toArray()).map(({ id }) => id);
  const id = ids[Math.floor(at * ids.length)];
  if (kind === "create" && name === "tests") await client.tests.create([{ sample_id: 1, assay_id: 1 }]);
  else if (kind === "create") await client.payments.create([{ amount: 10, customer_id: 1, template_id: 1 }]);
  else if (id === undefined) return;
  else if (kind === "delete") await client[name].delete(id);
  else if (name === "tests") await client.tests.update([{ id, comments: `${at}` }]);
  else await client.payments.update([{ id, check_number: `${at}` }]);
}

describe("a mirror that is interrupted while the list changes", () => {
  it.each<ListName>(["tests", "payments"])("ends with the same records as the list of %s", async name => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ count, interruptions, changes, overlapMs }) => {
        let now = Date.UTC(2026, 5, 1);
        const laboratory = createTestClient(
          { records: { [name]: count }, clock: { now: () => now } },
          { limits: false },
        );
        const laboratoryClient = laboratory.client;
        const pending = [...changes];
        let lastChange = Promise.resolve();
        const { client } = createTestClient(
          {},
          {
            ...laboratory.options,
            limits: false,
            async fetch(request) {
              const change = request.url.includes("/auth/") ? undefined : pending.shift();
              if (change) {
                now += change.seconds * 1000;
                // One after the other, because concurrent ones could change a record that was just deleted.
                lastChange = lastChange.then(() => changeRecord(laboratoryClient, name, change));
                await lastChange;
              }
              return laboratory.emulator.fetch(request);
            },
          },
        );
        const mirror = createMemoryMirror<{ id: number }>();
        const sync = (options?: SyncOptions) => syncList(client, name, mirror.store, { ...options, overlapMs });

        for (const [interrupted, options] of interruptions) {
          if ("changes" in interrupted) {
            let left = interrupted.changes;
            for await (const _ of sync(options)) if (--left === 0) break;
          } else {
            let saves = 0;
            mirror.onSave = when => {
              if (when === interrupted.kill && ++saves === interrupted.save) throw new Error("killed");
            };
            await collect(sync(options)).catch((error: unknown) => expect(error).toMatchObject({ message: "killed" }));
            mirror.onSave = () => {};
          }
        }
        await collect(sync());
        pending.length = 0;
        await collect(sync());
        expect(mirror.all()).toEqual(await laboratoryClient[name].list().toArray());
        expect(await collect(sync())).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});
