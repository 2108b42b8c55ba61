import { QBenchAuthError } from "../errors/auth-error.js";
import { errorReason } from "../errors/error-reason.js";
import { checkClientSecret } from "./credentials.js";
import { signAssertion } from "./sign-assertion.js";

/** Where assertions come from: signed with a secret, or made elsewhere. Closures, so that no dump shows the secret. */
export interface AssertionSource {
  /** @param now the time of issue by the server's clock, in epoch milliseconds */
  next(now: number): Promise<string>;
  /** Are they dated by us, so that the server's clock can be allowed for? */
  readonly datedByUs: boolean;
  /** Is the secret another one than that of the last assertion? Only a function can give another. */
  hasNewSecret?(): Promise<boolean>;
}

export type SecretProvider = () => string | Promise<string>;

export function signedAssertions(clientId: string, clientSecret: string | SecretProvider): AssertionSource {
  if (typeof clientSecret === "string") {
    return { datedByUs: true, next: now => signAssertion({ clientId, clientSecret, now }) };
  }
  let lastUsed: string | undefined;
  const read = async () => checkClientSecret(await callback("clientSecret", clientSecret));
  return {
    datedByUs: true,
    async next(now) {
      lastUsed = await read();
      return signAssertion({ clientId, clientSecret: lastUsed, now });
    },
    hasNewSecret: async () => (await read()) !== lastUsed,
  };
}

export function givenAssertions(assertion: () => Promise<string>): AssertionSource {
  return {
    datedByUs: false,
    async next() {
      const value = await callback("assertion", assertion);
      // Three parts of base64url (RFC 7515 section 7.1); a page with an error on it is none.
      if (typeof value === "string" && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(value)) return value;
      throw new QBenchAuthError("assertion_failed", "assertion: the function did not give a signed JWT");
    },
  };
}

async function callback(option: string, run: SecretProvider): Promise<string> {
  try {
    return await run();
  } catch (error) {
    throw new QBenchAuthError("assertion_failed", `${option}: the function failed (${errorReason(error)})`);
  }
}
