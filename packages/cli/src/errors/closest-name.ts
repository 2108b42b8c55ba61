import { closest } from "fastest-levenshtein";

/** Returns the valid name that is most similar to another name. Ignores upper and lower case. */
export function closestName(name: string, valid: readonly string[]): string {
  const names = new Map(valid.map(each => [each.toLowerCase(), each]));
  const nearest = closest(name.toLowerCase(), [...names.keys()]);
  return names.get(nearest) ?? nearest;
}
