import { QBenchAuthError } from "../errors/auth-error.js";
import { API_CLIENTS_PAGE, CLIENT_ID, CLIENT_SECRET } from "../errors/setting-names.js";

/** The id and the secret of an API client. */
export interface Credentials {
  clientId: string;
  clientSecret: string;
}

/** @throws {QBenchAuthError} `invalid_option` for values that cannot be the id and secret of an API client */
export function checkCredentials({ clientId, clientSecret }: Credentials): Credentials {
  return { clientId: checkClientId(clientId), clientSecret: checkClientSecret(clientSecret) };
}

export const checkClientId = (value: string): string => check(value, CLIENT_ID);

export const checkClientSecret = (value: string): string => check(value, CLIENT_SECRET);

function check(value: string, setting: string): string {
  if (typeof value !== "string" || value.trim() === "") {
    throw new QBenchAuthError("invalid_option", `${setting}: is missing or blank. Copy it from ${API_CLIENTS_PAGE}.`);
  }
  // Text from files and pages often ends with a line break. A secret with one signs assertions that QBench rejects.
  if (value !== value.trim()) {
    throw new QBenchAuthError(
      "invalid_option",
      `${setting}: begins or ends with white space or a line break. Copy it again from ${API_CLIENTS_PAGE}.`,
    );
  }
  return value;
}
