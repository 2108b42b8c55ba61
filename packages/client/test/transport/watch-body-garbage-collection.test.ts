/** Apart from the rest of `watchBody`, as only Node collects garbage when it is told to. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it, vi } from "vitest";
import { openBody, watched } from "../support/bodies.ts";
import { createTestClient } from "../support/laboratory.ts";

describe("watchBody", () => {
  it("tells of an answer that nobody reads, when it is forgotten", async () => {
    setFlagsFromString("--expose-gc");
    const collect: () => void = runInNewContext("gc");
    const { ended } = watched(openBody().stream);
    const controller = new AbortController();
    const { ended: alsoEnded } = watched(openBody().stream, {}, controller.signal);
    // Whoever holds the reader alone is still reading.
    const startReading = () => {
      const { response, ended } = watched(openBody().stream);
      return { ended, reader: response.body?.getReader() };
    };
    const { ended: heldEnded, reader } = startReading();
    reader?.read().catch(() => {});
    await vi.waitFor(() => {
      collect();
      expect(ended).toHaveBeenCalledOnce();
      expect(alsoEnded).toHaveBeenCalledOnce();
    });
    expect(controller.signal.aborted).toBe(false);
    expect(heldEnded).not.toHaveBeenCalled();
    await reader?.cancel();
    expect(heldEnded).toHaveBeenCalledOnce();
  });
});

describe("a client", () => {
  it("gets the place of an answer back that nobody reads, when it is forgotten", async () => {
    setFlagsFromString("--expose-gc");
    const collect: () => void = runInNewContext("gc");
    const { client } = createTestClient({}, { limits: { concurrent: 1 }, timeouts: { bodyMs: false, totalMs: false } });
    await client.GET("/qbench/api/v2/teams", { parseAs: "stream" });
    let isThere = false;
    const next = client.GET("/qbench/api/v2/teams").then(() => {
      isThere = true;
    });
    await vi.waitFor(() => {
      collect();
      expect(isThere).toBe(true);
    });
    await next;
  });
});
