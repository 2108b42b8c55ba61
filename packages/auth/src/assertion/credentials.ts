import { QBenchAuthError } from "../errors/auth-error.js";
import { API_CLIENTS_PAGE, CLIENT_ID, CLIENT_SECRET } from "../errors/setting-names.js";

export interface Credentials {
  clientId: string;
  clientSecret: string;
}

/** @throws {QBenchAuthError} `invalid_option` for what cannot be an API client's id and secret */
export function checkCredentials({ clientId, clientSecret }: Credentials): Credentials {
  return { clientId: checkClientId(clientId), clientSecret: checkClientSecret(clientSecret) };
}

export const checkClientId = (value: string): string => check(value, CLIENT_ID);

export const checkClientSecret = (value: string): string => check(value, CLIENT_SECRET);

function check(value: string, setting: string): string {
  if (typeof value !== "string" || value.trim() === "") {
    throw new QBenchAuthError("invalid_option", `${setting}: missing or blank, see ${API_CLIENTS_PAGE}`);
  }
  // What is read from a file or pasted from a page often ends with a line break, and then signs nothing that fits.
  if (value !== value.trim()) {
    throw new QBenchAuthError(
      "invalid_option",
      `${setting}: begins or ends with white space or a line break; copy it again from ${API_CLIENTS_PAGE}`,
    );
  }
  return value;
}
