/** The address of a tenant without a network. */
export const NO_NETWORK = "https://example.qbench.net";

/**
 * Replaces the global fetch by one that responds immediately. It creates a Request from its arguments, as the real
 * fetch does.
 *
 * @returns how many tokens were requested
 */
export function stubGlobalFetch(): { readonly exchanges: number } {
  let exchanges = 0;
  globalThis.fetch = async (input, init) => {
    const { url } = new Request(input, init);
    if (!url.endsWith("/token")) return Response.json({ data: [] }, { headers: { "Content-Length": "11" } });
    exchanges += 1;
    return Response.json({ access_token: `token-${exchanges}`, token_type: "Bearer", expires_in: 3600 });
  };
  return {
    get exchanges() {
      return exchanges;
    },
  };
}
