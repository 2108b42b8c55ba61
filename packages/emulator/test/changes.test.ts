import { describe, expect, it, vi } from "vitest";
import { createChanges } from "../src/records/changes.js";

describe("a cache of values that are computed from the store", () => {
  it("computes a value again only after a change of a part that it was computed from", () => {
    const { onRead, onChange, createCache } = createChanges();
    const lookUp = createCache<number, string>(1000)("group");
    let text = "first";
    const compute = vi.fn(() => {
      onRead("Order 1");
      return text;
    });
    expect([lookUp(1, compute), lookUp(1, compute)]).toEqual(["first", "first"]);
    onChange("Order 2");
    expect(lookUp(1, compute)).toBe("first");
    expect(compute).toHaveBeenCalledTimes(1);
    text = "second";
    onChange("Order 1");
    expect([lookUp(1, compute), lookUp(1, compute)]).toEqual(["second", "second"]);
    expect(compute).toHaveBeenCalledTimes(2);
  });

  it("keeps values with the same key in different groups apart", () => {
    const cache = createChanges().createCache<number, string>(1000);
    expect([cache("a")(1, () => "of a"), cache("b")(1, () => "of b"), cache("a")(1, () => "new")]).toEqual([
      "of a",
      "of b",
      "of a",
    ]);
  });

  it("keeps no value of a computation that fails", () => {
    const lookUp = createChanges().createCache<number, string>(1000)("group");
    expect(() =>
      lookUp(1, () => {
        throw new Error("refused");
      }),
    ).toThrow("refused");
    expect(lookUp(1, () => "value")).toBe("value");
  });

  it("keeps no further values above its limit, and counts a replaced value once", () => {
    const { onRead, onChange, createCache } = createChanges();
    const lookUp = createCache<number, string>(310)("group");
    const compute = vi.fn((text: string) => {
      onRead("Order 1");
      return text;
    });
    for (let round = 0; round < 5; round++) {
      onChange("Order 1");
      lookUp(1, () => compute("12345"));
    }
    lookUp(2, () => compute("67890"));
    lookUp(1, () => compute("12345"));
    lookUp(2, () => compute("67890"));
    expect(compute).toHaveBeenCalledTimes(6);
    lookUp(3, () => compute("1"));
    lookUp(3, () => compute("1"));
    expect(compute).toHaveBeenCalledTimes(8);
    onChange("Order 1");
    lookUp(1, () => compute("1234"));
    lookUp(3, () => compute("1"));
    lookUp(3, () => compute("1"));
    expect(compute).toHaveBeenCalledTimes(10);
  });
});
