/** Returns whether the URL is https, or http on this machine. Other traffic can be read and changed in transit. */
export const isSecureUrl = (url: URL): boolean =>
  url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));

// The URL parser lower-cases names and writes IPv4 addresses as four numbers, so `127.example.com` does not match.
const isLoopback = (hostname: string): boolean =>
  hostname === "localhost" ||
  hostname.endsWith(".localhost") ||
  hostname === "[::1]" ||
  /^127(\.\d+){3}$/.test(hostname);
