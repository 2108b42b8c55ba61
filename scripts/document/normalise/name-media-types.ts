import { isObject, type JsonObject } from "../model/json.ts";
import { mapParts } from "../model/map-parts.ts";
import type { StepResult } from "./finding.ts";

/**
 * Writes each media type in lower case and without its charset, so that `application/json; charset=utf-8` has the same
 * name in the types as `application/json`. JSON is always UTF-8.
 */
export function nameMediaTypes(document: JsonObject): StepResult {
  let count = 0;
  const result = mapParts(document, (part, inside) => {
    const { content } = part;
    if (!isObject(content)) return inside(part);
    const names = Object.keys(content);
    const renamed = names.map(plainName);
    // Two media types that differ in their charsets only keep their names.
    if (new Set(renamed).size < names.length || renamed.every((name, index) => name === names[index])) {
      return inside(part);
    }
    count += renamed.filter((name, index) => name !== names[index]).length;
    const entries = Object.values(content).map((media, index) => [renamed[index] ?? "", media]);
    return inside({ ...part, content: Object.fromEntries(entries) });
  });
  return {
    document: isObject(result) ? result : document,
    findings: [{ what: "media types named without their charset", count }],
  };
}

/** Returns a media type in lower case, with its parameters besides `charset`. Other names stay. */
function plainName(name: string): string {
  const [type = "", ...parameters] = name.split(";").map(part => part.trim());
  if (!type.includes("/")) return name;
  return [type.toLowerCase(), ...parameters.filter(part => !/^charset\s*=/i.test(part))].join("; ");
}
