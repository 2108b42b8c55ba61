/** An address as it may be printed: a query, a fragment or a user name can hold a credential. */
export const showAddress = (url: URL): string => `${url.origin}${url.pathname}`;
