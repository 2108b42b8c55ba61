import { assertOption } from "../errors/assert-option.js";
import { API_CLIENTS_PAGE, CLIENT_ID, CLIENT_SECRET } from "../errors/setting-names.js";

/** @throws {QBenchAuthError} `invalid_option` for a value that cannot be the id of an API client */
export const checkClientId = (value: string): string => check(value, CLIENT_ID);

/** @throws {QBenchAuthError} `invalid_option` for a value that cannot be the secret of an API client */
export const checkClientSecret = (value: string): string => check(value, CLIENT_SECRET);

function check(value: string, setting: string): string {
  assertOption(
    typeof value === "string" && value.trim() !== "",
    `${setting}: is missing or blank. Copy it from ${API_CLIENTS_PAGE}.`,
  );
  // Text from files and pages often ends with a line break. A secret with one signs assertions that QBench rejects.
  assertOption(
    value === value.trim(),
    `${setting}: begins or ends with white space or a line break. Copy it again from ${API_CLIENTS_PAGE}.`,
  );
  return value;
}
