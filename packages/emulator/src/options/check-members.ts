import { OptionError, type OptionName } from "./option-error.js";

/** What a member of an option must be. */
export interface MemberRule {
  /** Completes the sentence "It must be …". */
  expected: string;
  isValid(value: unknown): boolean;
}

export const text: MemberRule = { expected: "a text", isValid: value => typeof value === "string" };

export const aBoolean: MemberRule = { expected: "true or false", isValid: value => typeof value === "boolean" };

export const aNumber: MemberRule = { expected: "a number", isValid: value => Number.isFinite(value) };

export const numberFrom = (low: number, high: number = Number.MAX_VALUE): MemberRule => ({
  expected: high === Number.MAX_VALUE ? `a number from ${low}` : `a number from ${low} to ${high}`,
  isValid: value => typeof value === "number" && value >= low && value <= high,
});

export const wholeNumberFrom = (low: number, high: number = Number.MAX_SAFE_INTEGER): MemberRule => ({
  expected: high === Number.MAX_SAFE_INTEGER ? `a whole number from ${low}` : `a whole number from ${low} to ${high}`,
  isValid: value => Number.isSafeInteger(value) && Number(value) >= low && Number(value) <= high,
});

export const oneOf = (values: readonly unknown[]): MemberRule => ({
  expected: `one of ${values.map(value => JSON.stringify(value)).join(", ")}`,
  isValid: value => values.includes(value),
});

/** Returns true if the value is an object, such as one from `{}` or JSON. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);

/**
 * Checks the members of an object against their rules.
 *
 * @param place The path to the object in the option, such as `faults[0]`.
 * @throws OptionError if the value is not an object, has an unknown member, or one of its members is invalid. The message
 * does not contain the value, because it can be a secret.
 */
export function checkMembers<T extends object>(
  option: OptionName,
  place: string,
  value: T,
  rules: Readonly<Record<keyof T & string, MemberRule>>,
): void {
  if (!isObject(value)) throw new OptionError(option, `${place} must be an object.`);
  const known = new Map<string, MemberRule>(Object.entries(rules));
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const rule = known.get(name);
    if (!rule) {
      throw new OptionError(option, `${place}.${name} is unknown. The members are ${[...known.keys()].join(", ")}.`);
    }
    if (!rule.isValid(member)) throw new OptionError(option, `${place}.${name} must be ${rule.expected}.`);
  }
}

/** Checks that the option is a list. */
export function checkList(option: OptionName, value: unknown): void {
  if (!Array.isArray(value)) throw new OptionError(option, "it must be a list of objects.");
}
