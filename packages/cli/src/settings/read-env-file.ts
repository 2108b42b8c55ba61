import { parseEnv } from "node:util";
import { UsageError } from "../errors/usage-error.js";
import { openFile } from "../input/open-file.js";

/** A file with more bytes is something else, such as a device or a database. */
const MAX_BYTES = 1_000_000;

/**
 * Reads a file of `NAME=value` lines in UTF-8, with or without a byte order mark.
 *
 * @param options.isOptional whether the file can be missing
 * @throws UsageError if it cannot be read or is not UTF-8
 */
export async function readEnvFile(
  file: string,
  { isOptional, signal }: { isOptional: boolean; signal: AbortSignal },
): Promise<NodeJS.Dict<string>> {
  const bytes = await readBytes(file, isOptional, signal);
  if (bytes.length > MAX_BYTES) throw new UsageError(`${file} has more than ${MAX_BYTES} bytes. Name another file.`);
  return parseEnv(decode(file, bytes));
}

/** Reads a file or a pipe, up to the first bytes beyond the limit. */
async function readBytes(file: string, isOptional: boolean, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of await openFile(file, signal)) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > MAX_BYTES) break;
    }
    return Buffer.concat(chunks);
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
