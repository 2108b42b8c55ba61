import { camelCase, pascalCase, split } from "change-case";
import pluralize from "pluralize";

/** `APIClient`, `api-client` and `api client` are all `ApiClient`. */
export const toPascal = (text: string): string => pascalCase(text);

export const toCamel = (text: string): string => camelCase(text);

/** The words of a name, in lower case. */
export const wordsOf = (name: string): string[] => split(name.replaceAll(/[^\p{L}\p{N}]+/gu, " ")).map(lower);

/** `sub-samples` → `sub-sample`: of several words the last counts. */
export const toSingular = (name: string): string => pluralize.singular(name);

export const isPlural = (name: string): boolean => pluralize.isPlural(name) && !pluralize.isSingular(name);

/** A name that TypeScript takes as it is, and that begins like a type's. */
export const isTypeName = (name: string): boolean => /^[A-Z][A-Za-z0-9]*$/.test(name);

const lower = (word: string): string => word.toLowerCase();
