import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** The source of everything that looks random in the emulator, so that a seed makes it repeatable. */
export interface Random {
  /** Returns an integer from `low` to `high`, both included. */
  integer(low: number, high: number): number;
  hex(length: number): string;
  /** Returns a UUID of version 4, the form of QBench's client ids and tokens (docs/qbench-api.md §3.2). */
  uuid(): string;
}

export function createRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  const integer = (low: number, high: number): number => uniformInt(generator, low, high);
  const hex = (length: number): string => Array.from({ length }, () => integer(0, 15).toString(16)).join("");
  const uuid = (): string => {
    const variant = "89ab"[integer(0, 3)];
    return `${hex(8)}-${hex(4)}-4${hex(3)}-${variant}${hex(3)}-${hex(12)}`;
  };
  return { integer, hex, uuid };
}
