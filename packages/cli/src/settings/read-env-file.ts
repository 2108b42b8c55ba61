import { closeSync, openSync, readSync } from "node:fs";
import { parseEnv } from "node:util";
import { UsageError } from "../errors/usage-error.js";

/** A file with more bytes is something else, such as a device or a database. */
const MAX_BYTES = 1_000_000;

/**
 * Reads a file of `NAME=value` lines in UTF-8, with or without a byte order mark.
 *
 * @param options.isOptional whether the file can be missing
 * @throws UsageError if it cannot be read or is not UTF-8
 */
export function readEnvFile(file: string, { isOptional }: { isOptional: boolean }): NodeJS.Dict<string> {
  const bytes = readBytes(file, isOptional);
  if (bytes.length > MAX_BYTES) throw new UsageError(`${file} has more than ${MAX_BYTES} bytes. Name another file.`);
  return parseEnv(decode(file, bytes));
}

/** Reads up to one byte more than the limit. Also reads from a pipe, such as `<(pass show tenant-b)`. */
function readBytes(file: string, isOptional: boolean): Buffer {
  try {
    const descriptor = openSync(file, "r");
    try {
      const buffer = Buffer.alloc(MAX_BYTES + 1);
      let length = 0;
      for (let read = -1; read !== 0; length += read) {
        read = readSync(descriptor, buffer, length, buffer.length - length, null);
      }
      return buffer.subarray(0, length);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    const { code } = Object(error);
    if (code === "ENOENT" && isOptional) return Buffer.alloc(0);
    const advice = isOptional ? "" : " Check the option --env-file.";
    throw new UsageError(`Could not read ${file || '""'} (${code}).${advice}`);
  }
}

/** Decodes UTF-8. Editors and PowerShell on Windows also write UTF-16, or the code page of the system. */
function decode(file: string, bytes: Buffer): string {
  // The first character is ASCII in a file of settings, so one of its two bytes is 0 without a byte order mark.
  const isUtf16 = /^(fffe|feff|00|..00)/.test(bytes.toString("hex", 0, 2));
  if (isUtf16) throw new UsageError(`${file} is UTF-16. Save it as UTF-8.`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${file} is not UTF-8. Save it as UTF-8.`);
  }
}
