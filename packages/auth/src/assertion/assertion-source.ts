import { QBenchAuthError } from "../errors/auth-error.js";
import { errorReason } from "../errors/error-reason.js";
import { checkClientSecret } from "./credentials.js";
import { signAssertion } from "./sign-assertion.js";

/** Makes assertions. The secret is inside closures only, so that printing this shows no secret. */
export interface AssertionSource {
  /** @param now the time of issue by the server's clock, in epoch milliseconds */
  next(now: number): Promise<string>;
  /** True if assertions are dated here, so that a difference to the server's clock can be corrected. */
  readonly areDatedHere: boolean;
  /** Returns whether the secret differs from that of the last assertion. Exists only if a function returns it. */
  hasNewSecret?(): Promise<boolean>;
}

/** Returns the client secret, such as one from a vault. */
export type SecretProvider = () => string | Promise<string>;

/** Signs assertions with the client secret. */
export function signedAssertions(clientId: string, clientSecret: string | SecretProvider): AssertionSource {
  if (typeof clientSecret === "string") {
    return { areDatedHere: true, next: now => signAssertion({ clientId, clientSecret, now }) };
  }
  let lastUsed: string | undefined;
  const read = async () => checkClientSecret(await runProvider("clientSecret", clientSecret));
  return {
    areDatedHere: true,
    async next(now) {
      lastUsed = await read();
      return signAssertion({ clientId, clientSecret: lastUsed, now });
    },
    hasNewSecret: async () => (await read()) !== lastUsed,
  };
}

/** Gets assertions from the caller's function. */
export function providedAssertions(assertion: () => Promise<string>): AssertionSource {
  return {
    areDatedHere: false,
    async next() {
      const value = await runProvider("assertion", assertion);
      // A JWT has three base64url parts (RFC 7515 section 7.1). An error page of the caller's server does not.
      if (typeof value === "string" && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(value)) return value;
      throw new QBenchAuthError("assertion_failed", "assertion: the function did not return a signed JWT");
    },
  };
}

async function runProvider(option: string, provider: SecretProvider): Promise<string> {
  try {
    return await provider();
  } catch (error) {
    throw new QBenchAuthError("assertion_failed", `${option}: the function failed (${errorReason(error)})`);
  }
}
