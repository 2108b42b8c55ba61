import { beforeAll, describe, expect, test } from "vitest";
import { hasRedis } from "../../../redis/test/support/redis-server.ts";
import { conditions, renderResult, type SoakResult } from "../src/result.ts";
import { soak } from "../src/soak.ts";

const SECONDS = 120;

describe.runIf(hasRedis || process.env.CI)(`during ${SECONDS} s of injected faults`, () => {
  let result: SoakResult;
  beforeAll(
    async () => {
      result = await soak({ seconds: SECONDS });
      console.log(renderResult(result));
    },
    (SECONDS + 120) * 1000,
  );

  test.each(conditions)("%s", (_, isMet) => {
    expect(isMet(result)).toBe(true);
  });
});
