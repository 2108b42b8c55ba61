/** A field of the compact notation that resources.ts explains. */
export interface Field {
  name: string;
  type: string;
  required: boolean;
  /** The path of a filter, the part behind `=`. For a plain field: its default. */
  value?: string;
}

/** Reads `name*:type=value ...`. */
export const readFields = (notation: string): Field[] =>
  notation
    .trim()
    .split(/\s+/)
    .filter(Boolean)
    .map(token => {
      const [head = "", ...value] = token.split(/(?<!<)=/);
      const [name = "", type = ""] = head.split(":");
      return {
        name: name.replace("*", ""),
        type,
        required: name.endsWith("*"),
        ...(value.length > 0 && { value: value.join("=") }),
      };
    });

/** The entity a type refers to: `Customer` and `[Customer]` give `Customer`. */
export const referredEntity = (type: string): string | undefined => /^\[?([A-Z]\w*)\]?$/.exec(type)?.[1];
