/** Is it https, or http on this machine? Anything else can be read and changed on its way. */
export const isSecureUrl = (url: URL): boolean =>
  url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));

// The URL parser has lower-cased names and written IPv4 as four numbers, so `127.example.com` does not pass.
const isLoopback = (hostname: string): boolean =>
  hostname === "localhost" ||
  hostname.endsWith(".localhost") ||
  hostname === "[::1]" ||
  /^127(\.\d+){3}$/.test(hostname);
