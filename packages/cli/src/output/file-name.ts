import { parse } from "content-disposition";
import filenamify from "filenamify";

/** In UTF-16 code units, which have up to 3 bytes each. File systems allow 255 bytes. */
const MAX_LENGTH = 80;

/**
 * Returns the name under which a file is saved: the name in its record, in the storage's `Content-Disposition`, or the
 * last part of its URL. All of them are texts of a server. So the name has no folder, is not hidden, is not taken for an
 * option, and is allowed on every system.
 *
 * @param record a record with a file, of which the `asset` can have the name
 */
export function fileName(record: FileNames, contentDisposition: string | null, fallback: string): string {
  const candidates = [
    record.file_name,
    record.asset?.file_name,
    contentDisposition === null ? undefined : parse(contentDisposition).parameters.filename,
    typeof record.url === "string" ? lastSegment(record.url) : undefined,
  ];
  for (const candidate of candidates) {
    const name = typeof candidate === "string" ? toBaseName(candidate) : "";
    if (name !== "") return name;
  }
  return fallback;
}

/** The fields of a record that can name its file. */
export interface FileNames {
  readonly url?: unknown;
  readonly file_name?: unknown;
  readonly asset?: { readonly file_name?: unknown } | null;
}

function lastSegment(url: string): string {
  const segment = URL.canParse(url) ? (new URL(url).pathname.split("/").at(-1) ?? "") : "";
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Returns the last part of a path as a file name, or an empty text if nothing of it can be a name. */
function toBaseName(path: string): string {
  const name = (path.split(/[/\\]/).at(-1) ?? "").replace(/[\p{Cc}\p{Cf}]/gu, "").replace(/^[\s.~-]+/, "");
  if (/^[\s.]*$/.test(name)) return "";
  const valid = filenamify(name, { replacement: "_", maxLength: MAX_LENGTH });
  // The extension alone can be too long.
  return valid.length <= MAX_LENGTH ? valid : valid.slice(0, MAX_LENGTH);
}
