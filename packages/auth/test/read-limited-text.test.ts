import { afterEach, describe, expect, it, vi } from "vitest";
import { readLimitedText } from "../src/http/read-limited-text.js";

/** A body that sends these parts, then closes, breaks or stays open. */
function bodyOf(parts: string[], end: "closes" | "breaks" | "stays open" = "closes") {
  const cancel = vi.fn();
  const rest = [...parts];
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const part = rest.shift();
      if (part !== undefined) return controller.enqueue(new TextEncoder().encode(part));
      if (end === "closes") controller.close();
      if (end === "breaks") controller.error(new TypeError("terminated"));
      return undefined;
    },
    cancel,
  });
  return { body, cancel };
}

afterEach(() => {
  vi.useRealTimers();
});

describe("readLimitedText", () => {
  it("returns the whole text of a body within the limit", async () => {
    expect(await readLimitedText(bodyOf(["on", "ce"]).body, 4)).toEqual({ text: "once", isComplete: true });
  });

  it("returns an empty text for a response without a body", async () => {
    expect(await readLimitedText(null, 4)).toEqual({ text: "", isComplete: true });
  });

  it("cuts a body at the limit and cancels the rest", async () => {
    const { body, cancel } = bodyOf(["on", "ce more"], "stays open");
    expect(await readLimitedText(body, 4)).toEqual({ text: "once", isComplete: false });
    expect(cancel).toHaveBeenCalledOnce();
  });

  it("decodes a character that two parts share", async () => {
    const [first = 0, ...rest] = new TextEncoder().encode("é");
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(Uint8Array.of(first));
        controller.enqueue(Uint8Array.from(rest));
        controller.close();
      },
    });
    expect(await readLimitedText(body, 10)).toEqual({ text: "é", isComplete: true });
  });

  it("returns what has arrived within the time limit, cancels the rest and leaves no timer", async () => {
    vi.useFakeTimers();
    const { body, cancel } = bodyOf(["once"], "stays open");
    const reading = readLimitedText(body, 100, 1000);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await reading).toEqual({ text: "once", isComplete: false });
    expect(cancel).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("returns what arrived before the connection broke, with the error", async () => {
    const error = expect.objectContaining({ message: "terminated" });
    expect(await readLimitedText(bodyOf(["once"], "breaks").body, 100, 1000)).toEqual({
      text: "once",
      isComplete: false,
      error,
    });
  });
});
