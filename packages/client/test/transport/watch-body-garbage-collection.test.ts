/** These tests of `watchBody` have a file of their own, because only Node can run the garbage collector on request. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it, vi } from "vitest";
import { openBody, watched } from "../support/bodies.ts";
import { createTestClient } from "../support/laboratory.ts";

describe("watchBody", () => {
  it("watchBody calls onEnd when an unread response is garbage-collected", async () => {
    setFlagsFromString("--expose-gc");
    const collect: () => void = runInNewContext("gc");
    const { onEnd } = watched(openBody().stream);
    const controller = new AbortController();
    const { onEnd: onEndWithSignal } = watched(openBody().stream, {}, controller.signal);
    // A reader is enough to keep a body alive.
    const startReading = () => {
      const { response, onEnd } = watched(openBody().stream);
      return { onEnd, reader: response.body?.getReader() };
    };
    const { onEnd: onEndOfHeld, reader } = startReading();
    reader?.read().catch(() => {});
    await vi.waitFor(() => {
      collect();
      expect(onEnd).toHaveBeenCalledOnce();
      expect(onEndWithSignal).toHaveBeenCalledOnce();
    });
    expect(controller.signal.aborted).toBe(false);
    expect(onEndOfHeld).not.toHaveBeenCalled();
    await reader?.cancel();
    expect(onEndOfHeld).toHaveBeenCalledOnce();
  });
});

describe("createQBenchClient with one slot", () => {
  it("a client sends the next request when an unread response is garbage-collected", async () => {
    setFlagsFromString("--expose-gc");
    const collect: () => void = runInNewContext("gc");
    const { client } = createTestClient({}, { limits: { concurrent: 1 }, timeouts: { bodyMs: false, totalMs: false } });
    await client.GET("/qbench/api/v2/teams", { parseAs: "stream" });
    let hasResponse = false;
    const next = client.GET("/qbench/api/v2/teams").then(() => {
      hasResponse = true;
    });
    await vi.waitFor(() => {
      collect();
      expect(hasResponse).toBe(true);
    });
    await next;
  });
});
