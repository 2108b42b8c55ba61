import { signAssertion } from "@qbench-sdk/auth";
import jsonwebtoken from "jsonwebtoken";
import { interleave } from "./interleave.ts";
import type { Row } from "./row.ts";

/** Measures how many assertions are signed per second, one after the other. */
export async function benchSigning(): Promise<Row[]> {
  const clientId = "6f1c9a52-0d7e-4b7a-9a55-1f6f0f3f7c11";
  const clientSecret = "x".repeat(64);
  const times = await interleave({
    ours: () => signAssertion({ clientId, clientSecret }),
    jsonwebtoken() {
      const iat = Math.floor(Date.now() / 1000);
      return jsonwebtoken.sign({ sub: clientId, iat, exp: iat + 600 }, clientSecret, { algorithm: "HS256" });
    },
  });
  const perSecond = (ms: number) => Math.round(1000 / ms).toLocaleString("en");
  return [
    { what: "assertions signed per second: @qbench-sdk/auth", result: perSecond(times.ours.ms) },
    { what: "assertions signed per second: jsonwebtoken", result: perSecond(times.jsonwebtoken.ms) },
  ];
}
