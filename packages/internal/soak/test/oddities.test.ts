import { createTokenSource } from "@qbench-sdk/auth";
import { createEmulator } from "@qbench-sdk/emulator";
import { expect, test } from "vitest";
import {
  createOddities,
  listOddities,
  NO_LIFETIME,
  ODDITY_HEADER,
  recordOddities,
  respondOddly,
} from "../src/oddities.ts";

const emulator = createEmulator({ records: { contacts: 160 }, limits: { concurrent: 1000, requests: 100_000 } });
const [apiClient] = emulator.clients.list();
const baseUrl = "https://lab.example";
const tokens = createTokenSource({
  baseUrl,
  clientId: apiClient?.id ?? "",
  clientSecret: apiClient?.secret ?? "",
  fetch: request => emulator.fetch(request),
});

/** Sends a request to the emulator, and returns the text of the odd response. */
async function send(path: string, oddity: string, body?: unknown): Promise<string> {
  const headers = {
    [ODDITY_HEADER]: oddity,
    Authorization: `Bearer ${await tokens.getToken()}`,
    "Content-Type": "application/json",
  };
  const init = body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) };
  const request = new Request(`${baseUrl}/qbench/api/v2${path}`, init);
  return (await respondOddly(request, each => emulator.fetch(each))).text();
}

const readPage = (number: number, oddity: string): Promise<string> =>
  send(`/contacts?page_num=${number}&page_size=50&sort_by=id&sort_order=ASC`, oddity);

test.each(Object.keys(listOddities))(
  "an odd list differs from the real one, and has the same records: %s",
  async name => {
    const pages = (oddity: string) => Promise.all([1, 2, 3, 4].map(number => readPage(number, oddity)));
    const [real, odd] = [await pages(""), await pages(name)];
    expect(odd).not.toEqual(real);
    const ids = (page = "{}"): number[] => (JSON.parse(page).data as { id: number }[]).map(({ id }) => id);
    const isReal = odd.every((page, i) => ids(page).every(id => ids(real[i]).includes(id)));
    // Only these two lack records on their page.
    const lacksRecords =
      name === "the third page repeats the second" || !("keepsPages" in Reflect.get(listOddities, name));
    expect(isReal).toBe(!lacksRecords);
  },
);

test("an odd list has the real pages if the request names no oddity", async () => {
  expect(JSON.parse(await readPage(4, ""))).toMatchObject({ total_count: 160, total_pages: 4 });
});

test.each(Object.keys(recordOddities))("a server sends %s", async name => {
  const real = await send("/contacts/1", "");
  expect(JSON.parse(real)).toMatchObject({ data: { id: 1 } });
  expect(await send("/contacts/1", name)).not.toContain('{"data":{');
});

test.each(Object.keys(createOddities))("a server creates all records, and sends %s", async name => {
  const { total_count: before } = JSON.parse(await readPage(1, ""));
  const created = JSON.parse(await send("/contacts", name, [{ first_name: "a" }, { first_name: "b" }]));
  expect(created.data?.length ?? 0).toBeLessThan(2);
  expect(JSON.parse(await readPage(1, "")).total_count).toBe(before + 2);
});

test.each([
  ["with any lifetime", new Headers(), [20, "20"]],
  ["without a lifetime", new Headers({ [ODDITY_HEADER]: NO_LIFETIME }), [undefined]],
])("a token endpoint sends tokens %s", async (_, headers, expected) => {
  const lifetimes = new Set<unknown>();
  for (let i = 0; i < 100; i += 1) {
    const request = new Request(`${baseUrl}/qbench/api/v2/auth/token`, { method: "POST", headers });
    const response = await respondOddly(request, async () => Response.json({ access_token: "a", expires_in: 20 }));
    lifetimes.add((await response.json()).expires_in);
  }
  expect(lifetimes).toEqual(new Set(expected));
});
