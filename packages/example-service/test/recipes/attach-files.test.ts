import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { downloadFile, QBenchApiError } from "@qbench-sdk/client";
import { describe, expect, it } from "vitest";
import { attachFiles } from "../../src/recipes/attach-files.ts";
import {
  badDay,
  type Laboratory,
  runAfterLostWrites,
  runInBriefFailures,
  runUntilDone,
  startLaboratory,
} from "../support/laboratory.ts";

const contents: Record<string, Record<string, string>> = {
  41: { "chain of custody.pdf": "%PDF-1.4 custody of 41", "photo.jpg": "\xff\xd8 photo" },
  42: { "chain of custody.pdf": "%PDF-1.4 custody of 42" },
  43: { "a.txt": "the same", "b.txt": "the same" },
  44: { "large.bin": "0123456789".repeat(20_000) },
  45: { "Übersicht 50%.txt": "ä" },
  46: {},
};

async function createFolder({ folder }: Laboratory): Promise<string> {
  for (const [order, files] of Object.entries(contents)) {
    await mkdir(join(folder, "files", order), { recursive: true });
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, "files", order, name), content);
  }
  return join(folder, "files");
}

/** Reads the content of all uploaded files, and fails for an attachment without one. */
async function readFiles({ emulator, connect }: Laboratory): Promise<typeof contents> {
  emulator.faults.clear();
  const client = connect();
  const read: typeof contents = {};
  for (const order of Object.keys(contents)) {
    const attachments = (await client.orders.attachments(Number(order)).toArray()).filter(({ notes }) =>
      notes?.includes("sha256:"),
    );
    const files = attachments.map(async attachment => {
      const { stream } = await downloadFile(attachment);
      return [attachment.notes?.split(" sha256:")[0] ?? "", await new Response(stream).text()] as const;
    });
    expect(new Set(attachments.map(({ notes }) => notes)).size).toBe(attachments.length);
    read[order] = Object.fromEntries(await Promise.all(files));
  }
  return read;
}

async function runWithoutErrors(laboratory: Laboratory, folder: string): Promise<void> {
  await runUntilDone(laboratory, async client => {
    const errors = await attachFiles(client, folder);
    if (errors.size > 0) throw new AggregateError(errors.values());
  });
}

describe("the recipe for bulk attachments", () => {
  it("attachFiles uploads each file once, in one run during each brief failure", async () => {
    const laboratory = await startLaboratory();
    const folder = await createFolder(laboratory);
    await runInBriefFailures(
      laboratory,
      async (client, index) => {
        await writeFile(join(folder, "46", `${index}.txt`), String(index));
        return attachFiles(client, folder);
      },
      async (errors, index) => {
        expect(errors).toEqual(new Map());
        const added = Array.from({ length: index + 1 }, (_, each) => [`${each}.txt`, String(each)]);
        expect(await readFiles(laboratory)).toEqual({ ...contents, 46: Object.fromEntries(added) });
      },
    );
  });

  it("attachFiles uploads nothing again in a second run, and only what is new", async () => {
    const laboratory = await startLaboratory();
    const folder = await createFolder(laboratory);
    await attachFiles(laboratory.connect(), folder);
    const before = laboratory.emulator.stats.byOperation["POST /qbench/api/v2/attachments"];
    await attachFiles(laboratory.connect(), folder);
    expect(laboratory.emulator.stats.byOperation["POST /qbench/api/v2/attachments"]).toBe(before);
    await writeFile(join(folder, "46", "late.txt"), "late");
    await attachFiles(laboratory.connect(), folder);
    expect(await readFiles(laboratory)).toEqual({ ...contents, 46: { "late.txt": "late" } });
  });

  it.each([
    { on: "api", method: "POST" },
    { on: "storage", method: "PUT" },
  ] as const)("attachFiles reports the order that failed, and completes it in a second run: %j", async target => {
    const laboratory = await startLaboratory();
    const folder = await createFolder(laboratory);
    await runAfterLostWrites(
      laboratory,
      target,
      async (client, index) => {
        await writeFile(join(folder, "46", `${index}.txt`), String(index));
        const errors = await attachFiles(client, folder);
        expect(errors.size).toBeLessThanOrEqual(1);
        for (const error of errors.values()) throw error;
      },
      async (_, index) => {
        const added = Array.from({ length: index + 1 }, (_, each) => [`${each}.txt`, String(each)]);
        expect(await readFiles(laboratory)).toEqual({ ...contents, 46: Object.fromEntries(added) });
      },
    );
  });

  it.each([1, 2, 3])("attachFiles uploads each file once on the bad day %i", async seed => {
    const laboratory = await startLaboratory({ faults: badDay, seed });
    await runWithoutErrors(laboratory, await createFolder(laboratory));
    expect(await readFiles(laboratory)).toEqual(contents);
  });

  it.each([
    [404, "NoSuchKey", 1],
    [403, "AccessDenied", 1],
    [503, "SlowDown", 0],
  ])("after a %i %s of the storage, attachFiles uploads %i files again", async (status, code, uploads) => {
    const laboratory = await startLaboratory();
    const folder = await createFolder(laboratory);
    await attachFiles(laboratory.connect(), folder);
    const before = laboratory.emulator.stats.uploads;
    const body = `<Error><Code>${code}</Code></Error>`;
    laboratory.emulator.faults.add({ on: "storage", method: "GET", status, body, times: 1 });
    expect((await attachFiles(laboratory.connect(), folder)).size).toBe(1 - uploads);
    expect(laboratory.emulator.stats.uploads - before).toBe(uploads);
    expect(await readFiles(laboratory)).toEqual(contents);
  });

  it("attachFiles reports an order that does not exist and uploads the files of all others", async () => {
    const laboratory = await startLaboratory();
    const folder = await createFolder(laboratory);
    await mkdir(join(folder, "9999"));
    await mkdir(join(folder, "notes"));
    const errors = await attachFiles(laboratory.connect(), folder);
    expect([...errors.keys()].sort()).toEqual(["9999", "notes"]);
    expect(errors.get("9999")).toBeInstanceOf(QBenchApiError);
    expect(await readFiles(laboratory)).toEqual(contents);
  });
});
