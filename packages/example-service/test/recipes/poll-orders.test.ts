import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { pollOrders } from "../../src/recipes/poll-orders.ts";
import { badDay, type Laboratory, runInBriefFailures, runUntilDone, startLaboratory } from "../support/laboratory.ts";

const silence = () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  onTestFinished(() => log.mockRestore());
};

async function openDatabase({ folder }: Laboratory): Promise<DatabaseSync> {
  silence();
  const database = new DatabaseSync(join(folder, "orders.sqlite"));
  onTestFinished(() => database.close());
  return database;
}

const setState = ({ connect }: Laboratory, state: string, ...ids: number[]) =>
  connect().orders.update(ids.map(id => ({ id, state })));

const nothing = async (): Promise<void> => {};

describe("the recipe for polling", () => {
  it("pollOrders delivers each completed order once, in one run during each brief failure", async () => {
    const laboratory = await startLaboratory();
    const database = await openDatabase(laboratory);
    const ids = [4, 7, 11, 12, 20, 31, 40, 41];
    await setState(laboratory, "IN PROGRESS", ...ids);
    await pollOrders(laboratory.connect(), database, nothing);
    const delivered: number[] = [];
    const deliver = async (id: number) => void delivered.push(id);
    await setState(laboratory, "COMPLETED", 4);
    await runInBriefFailures(
      laboratory,
      client => pollOrders(client, database, deliver),
      async (_, index) => {
        expect(delivered).toEqual(ids.slice(0, index + 1));
        await setState(laboratory, "COMPLETED", ids[index + 1] ?? 0);
      },
    );
  });

  it("pollOrders delivers an order again if the delivery failed, and if the order is completed again", async () => {
    const laboratory = await startLaboratory();
    const database = await openDatabase(laboratory);
    await setState(laboratory, "IN PROGRESS", 4, 7, 11);
    await pollOrders(laboratory.connect(), database, nothing);
    await setState(laboratory, "COMPLETED", 4, 11);
    const deliver = vi.fn(nothing).mockRejectedValueOnce(new Error("The mail server is down."));
    const failed = pollOrders(laboratory.connect(), database, deliver);
    await expect(failed).rejects.toMatchObject({ errors: [{ message: "The mail server is down." }] });
    await laboratory.connect().orders.update([4, 11].map(id => ({ id, invoicing_notes: "changed" })));
    await pollOrders(laboratory.connect(), database, deliver);
    expect(deliver.mock.calls).toEqual([[4], [11], [4]]);
    await setState(laboratory, "ON HOLD", 11);
    await pollOrders(laboratory.connect(), database, deliver);
    await setState(laboratory, "COMPLETED", 11);
    await pollOrders(laboratory.connect(), database, deliver);
    expect(deliver.mock.calls.slice(3)).toEqual([[11]]);
  });

  it("pollOrders forgets an order that was deleted or reopened before its delivery", async () => {
    const laboratory = await startLaboratory();
    const database = await openDatabase(laboratory);
    await setState(laboratory, "IN PROGRESS", 4, 7, 11);
    await pollOrders(laboratory.connect(), database, nothing);
    await setState(laboratory, "COMPLETED", 4, 7, 11);
    const broken = vi.fn().mockRejectedValue(new Error("The mail server is down."));
    await expect(pollOrders(laboratory.connect(), database, broken)).rejects.toThrow();
    await laboratory.connect().orders.delete(4);
    await setState(laboratory, "ON HOLD", 7);
    const deliver = vi.fn(nothing);
    await pollOrders(laboratory.connect(), database, deliver);
    expect(deliver.mock.calls).toEqual([[11]]);
  });

  it("pollOrders saves nothing of a page that fails, and leaves no transaction open", async () => {
    const laboratory = await startLaboratory();
    const database = await openDatabase(laboratory);
    await setState(laboratory, "IN PROGRESS", 4, 7);
    await pollOrders(laboratory.connect(), database, nothing);
    await setState(laboratory, "COMPLETED", 4, 7);
    database.exec("CREATE TRIGGER full BEFORE UPDATE ON orders WHEN old.id = 7 BEGIN SELECT RAISE(ABORT, 'full'); END");
    const deliver = vi.fn(nothing);
    await expect(pollOrders(laboratory.connect(), database, deliver)).rejects.toThrow("full");
    expect(database.isTransaction).toBe(false);
    expect(database.prepare("SELECT count(*) AS count FROM orders WHERE todo").get()).toEqual({ count: 0 });
    database.exec("DROP TRIGGER full");
    await pollOrders(laboratory.connect(), database, deliver);
    expect(deliver.mock.calls).toEqual([[4], [7]]);
  });

  it.each([1, 2, 3])("pollOrders delivers each completed order once on the bad day %i", async seed => {
    const laboratory = await startLaboratory({ seed });
    const database = await openDatabase(laboratory);
    await setState(laboratory, "IN PROGRESS", 4, 7, 11);
    await pollOrders(laboratory.connect(), database, nothing);
    await setState(laboratory, "COMPLETED", 4, 7, 11);
    for (const fault of badDay) laboratory.emulator.faults.add(fault);
    const delivered: number[] = [];
    await runUntilDone(laboratory, client => pollOrders(client, database, async id => void delivered.push(id)));
    expect(delivered).toEqual([4, 7, 11]);
  });
});
