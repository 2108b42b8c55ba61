import { camelCase, pascalCase, split } from "change-case";
import pluralize from "pluralize";

/** Returns `ApiClient` for `APIClient`, `api-client` and `api client`. */
export const toPascal = (text: string): string => pascalCase(text.normalize("NFC"));

export const toCamel = (text: string): string => camelCase(text);

/** Returns the words of a name, in lower case. */
export const wordsOf = (name: string): string[] => split(name.replaceAll(/[^\p{L}\p{N}]+/gu, " ")).map(lower);

/** Returns the singular of the last word: `sub-samples` → `sub-sample`. */
export const toSingular = (name: string): string => pluralize.singular(name);

export const isPlural = (name: string): boolean => pluralize.isPlural(name) && !pluralize.isSingular(name);

/** Returns true for a name that can be the name of a TypeScript type as it is, in any script. */
export const isTypeName = (name: string): boolean => /^[\p{Lu}\p{Lt}\p{Lo}][\p{L}\p{Nd}]*$/u.test(name);

const lower = (word: string): string => word.toLowerCase();
