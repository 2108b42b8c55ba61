import { describe, expect, it } from "vitest";
import { createSearch, narrow } from "../src/lists/position-search.js";

const pageAt = (start: number) => ({ page: start / 10 + 1, size: 10, start, end: start + 10 });

describe("A search for a record that others have moved", () => {
  it.each([0, 7, 95, 500, 4096, 9999])("finds the page with the record in few steps if it is at %i now", position => {
    for (const from of [0, 100, 5000, 9990]) {
      const search = createSearch(2);
      let steps = 0;
      let offset = from;
      for (let found = false; !found; steps++) {
        const window = pageAt(offset - (offset % 10));
        if (window.start > position) offset = narrow(search, window, true, 2, 10);
        else if (window.end <= position) offset = narrow(search, window, false, 2, 10);
        else found = true;
      }
      expect(steps).toBeLessThan(25);
    }
  });

  it("trusts the newer one of two pages that exclude each other, because records have moved between them", () => {
    const search = createSearch(2);
    narrow(search, pageAt(500), false, 2, 10);
    expect(narrow(search, pageAt(100), true, 2, 10)).toBeLessThan(100);
    expect(narrow(search, pageAt(300), false, 2, 10)).toBeGreaterThanOrEqual(308);
  });
});
