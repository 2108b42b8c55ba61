/** Stand-in. */
export const parseExactJson = (text: string): unknown => JSON.parse(text);
