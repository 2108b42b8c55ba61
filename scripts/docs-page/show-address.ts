/** Formats an address for messages, without query, fragment and user name, which can contain credentials. */
export const showAddress = (url: URL): string => `${url.origin}${url.pathname}`;
