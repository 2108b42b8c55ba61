import { escapeInvisible } from "@qbench-sdk/auth/internal";
import type { IgnoredFields } from "../errors/ignored-fields-error.js";

/** Upper limit of remembered fields, because a program can take the names of fields from its input. */
const MAX_WARNINGS = 1000;

/** The fields of which this process has warned, each after the name of its resource. */
const warned = new Set<string>();

/** Writes one warning for each ignored field of a resource, once in this process. It contains no values. */
export function warnOfIgnoredFields(method: string, ignored: readonly IgnoredFields[]): void {
  const [resource] = method.split(".");
  for (const field of ignored.flatMap(({ fields }) => fields)) {
    const key = `${resource}.${field}`;
    if (warned.has(key) || warned.size === MAX_WARNINGS) continue;
    warned.add(key);
    console.warn(
      `${method}: QBench ignored the field ${escapeInvisible(JSON.stringify(field))}. Check its name, or set onIgnoredFields. ` +
        "This warning is not repeated for this field.",
    );
  }
}
