import { QBenchIgnoredFieldsError } from "@qbench-sdk/client";
import { describe, expect, it } from "vitest";
import { samplesOnShelf, storeSample, takeSample } from "../../src/recipes/store-sample.ts";
import {
  badDay,
  runAfterLostWrites,
  runInBriefFailures,
  runUntilDone,
  startLaboratory,
} from "../support/laboratory.ts";

const options = { customFields: { samples: { X_SHELF: "STR", X_STORED_BY: "USER" } } } as const;

describe("the recipe for custom fields", () => {
  it("storeSample writes custom fields that takeSample clears, during each brief failure", async () => {
    const laboratory = await startLaboratory(options);
    const observer = laboratory.connect();
    const [sample, other] = (await observer.orders.samples(7)).data;
    if (!sample || !other) throw new Error("The order has too few samples.");
    await runInBriefFailures(
      laboratory,
      async client => {
        await storeSample(client, sample.id, "cold room 4", 2);
        return samplesOnShelf(client, 7, "cold room 4");
      },
      async onShelf => {
        expect(onShelf).toEqual([sample.id]);
        expect((await observer.samples.get(sample.id)).X_STORED_BY).toEqual({ id: 2, text: expect.any(String) });
        expect((await observer.samples.get(other.id)).X_SHELF).toBeNull();
        await takeSample(observer, sample.id);
        expect(await observer.samples.get(sample.id)).toMatchObject({ X_SHELF: null, X_STORED_BY: null });
      },
    );
  });

  it("storeSample can be run again after each kind of lost write", async () => {
    const laboratory = await startLaboratory(options);
    await runAfterLostWrites(
      laboratory,
      { method: "PATCH" },
      (client, index) => storeSample(client, 1, `shelf ${index}`, 2),
      async (_, index, wasLost) => {
        expect(wasLost).toBe(true);
        expect((await laboratory.connect().samples.get(1)).X_SHELF).toBe(`shelf ${index}`);
      },
    );
  });

  it.each([1, 2, 3])("storeSample can be run again until it succeeds on the bad day %i", async seed => {
    const laboratory = await startLaboratory({ ...options, faults: badDay, seed });
    await runUntilDone(laboratory, client => storeSample(client, 1, "cold room 4", 2));
    await runUntilDone(laboratory, client => takeSample(client, 1));
    laboratory.emulator.faults.clear();
    expect((await laboratory.connect().samples.get(1)).X_SHELF).toBeNull();
  });

  it("storeSample reports the fields if the laboratory lacks them", async () => {
    const { connect } = await startLaboratory({ customFields: {} });
    await expect(storeSample(connect(), 1, "cold room 4", 2)).rejects.toThrow(QBenchIgnoredFieldsError);
  });
});
