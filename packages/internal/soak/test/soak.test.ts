import { beforeAll, describe, expect, test } from "vitest";
import { hasRedis } from "../../../redis/test/support/redis-server.ts";
import { demands, renderResult, type SoakResult } from "../src/result.ts";
import { soak } from "../src/soak.ts";

const SECONDS = 120;

describe.runIf(hasRedis || process.env.CI)(`after ${SECONDS} s in which everything goes wrong`, () => {
  let result: SoakResult;
  beforeAll(
    async () => {
      result = await soak({ seconds: SECONDS });
      console.log(renderResult(result));
    },
    (SECONDS + 60) * 1000,
  );

  test.each(demands)("%s", (_, isMet) => {
    expect(isMet(result)).toBe(true);
  });
});
