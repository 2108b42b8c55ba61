import type { Group } from "./group.ts";

/** All groups, in the order of the table. Each is loaded when it runs, after the packages were built. */
export const groups: Record<string, () => Promise<Group>> = {
  requests: async () => (await import("./requests.ts")).benchRequests,
  imports: async () => (await import("./imports.ts")).benchImports,
  "cold-start": async () => (await import("./cold-start.ts")).benchColdStart,
  size: async () => (await import("./size.ts")).benchSize,
  "list-time": async () => (await import("./list-time.ts")).benchListTime,
  "list-memory": async () => (await import("./list-memory.ts")).benchListMemory,
  "rate-limits": async () => (await import("./rate-limits.ts")).benchRateLimits,
  renewals: async () => (await import("./renewals.ts")).benchRenewals,
  tokens: async () => (await import("./tokens.ts")).benchTokens,
  generation: async () => (await import("./generation.ts")).benchGeneration,
  types: async () => (await import("./types.ts")).benchTypes,
  cli: async () => (await import("./cli.ts")).benchCli,
  emulator: async () => (await import("./emulator.ts")).benchEmulator,
  tests: async () => (await import("./tests.ts")).benchTests,
};

export const groupNames: readonly string[] = Object.keys(groups);
