/**
 * Returns 32 hexadecimal digits that identify the content of a record. The order of its keys does not matter. Presigned
 * URLs count without their query, because each response signs them anew (docs/qbench-api.md §8).
 */
export async function recordVersion(record: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(record, normalize));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest.subarray(0, 16), byte => byte.toString(16).padStart(2, "0")).join("");
}

function normalize(_key: string, value: unknown): unknown {
  if (typeof value === "string") return isPresigned(value) ? value.slice(0, value.indexOf("?")) : value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const isPresigned = (text: string): boolean => /^https?:/i.test(text) && /[?&](?:x-amz-)?signature=/i.test(text);
