/** Formats an address for messages, without query, fragment and user name, which can contain credentials. */
export const showAddress = ({ origin, protocol, pathname }: URL): string =>
  `${origin === "null" ? protocol : origin}${pathname}`;
