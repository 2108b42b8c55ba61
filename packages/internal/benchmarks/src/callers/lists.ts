import { createTokenSource } from "@qbench-sdk/auth";
import { createQBenchClient } from "@qbench-sdk/client";
import type { Settings } from "../servers/servers.ts";
import { createFetchPage, readInLoop } from "./read-in-loop.ts";

/** Two ways to read all contacts of a tenant, without limits. */
export const callers = {
  async client(settings) {
    const client = createQBenchClient({ ...settings, limits: false });
    return { read: async () => (await client.contacts.list().toArray()).length };
  },

  /** The check request is what a loop needs at least to notice that rows were added or deleted meanwhile. */
  async loopAndCheck(settings) {
    const fetchPage = createFetchPage(settings.baseUrl, await createTokenSource(settings).getToken());
    return {
      async read() {
        const rows: unknown[] = [];
        await readInLoop(fetchPage, page => {
          for (const row of page.data) rows.push(row);
        });
        const { total_count } = await fetchPage(1);
        if (total_count !== rows.length) throw new Error("The list changed while it was read");
        return rows.length;
      },
    };
  },
} satisfies Record<string, (settings: Settings) => Promise<{ read: () => Promise<number> }>>;
