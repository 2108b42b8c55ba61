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
