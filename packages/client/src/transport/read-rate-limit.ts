import { readRetryAfter } from "@qbench-sdk/auth/internal";
import type { RateLimitInfo } from "../events.js";

/**
 * Reads a refusal from an answer 429. The body may be of any form that holds QBench's sentence: it stands under `error` in
 * v1, under `error_description` in v2.
 */
export function readRateLimitInfo(headers: Headers, body: string): RateLimitInfo {
  const [, requests, seconds] = /ratelimit exceeded (\d{1,6}) per (\d{1,6}(?:\.\d+)?) seconds?/i.exec(body) ?? [];
  const [, concurrent] = /concurrent request limit of (\d{1,6})/i.exec(body) ?? [];
  const [, count = headers.get("X-QBAPI-Throttle-Request-Count")] = /current count: (\d{1,9})/i.exec(body) ?? [];
  const retryAfterMs = readRetryAfter(headers, Date.now(), { error: body });
  const limit = Number(requests ?? concurrent);
  const windowMs = Number(seconds) * 1000;
  const isRate = requests !== undefined || headers.has("X-QBAPI-Throttle-TTL");
  return {
    kind: isRate ? "rate" : concurrent !== undefined ? "concurrency" : "unknown",
    ...(limit > 0 && { limit }),
    ...(windowMs > 0 && { windowMs }),
    ...(Number(count) > 0 && { count: Number(count) }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** A refusal is short, and comes at once. */
const longestText = 4096;
const longestMs = 1000;

/** The text of a refusal, or the beginning of it. The answer stays the caller's to read. */
export async function readRefusalText(response: Response): Promise<string> {
  let text = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const reader = response.clone().body?.getReader();
    const decoder = new TextDecoder();
    const stop = () => void reader?.cancel().catch(() => {});
    timer = setTimeout(stop, longestMs);
    while (reader && text.length < longestText) {
      const { done, value } = await reader.read();
      if (done) return text;
      text += decoder.decode(value, { stream: true });
    }
    stop();
  } catch {
    // Somebody has read it already, or the connection broke: what is known without it will do.
  } finally {
    clearTimeout(timer);
  }
  return text;
}
