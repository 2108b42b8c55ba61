type TestFiles = Record<string, () => Promise<unknown>>;

/** Tests that need no more than the Web's own interfaces. */
export const everywhere: TestFiles = {
  assertion: () => import("../../auth/test/assertion.test.ts"),
  "clock-offset": () => import("../../auth/test/clock-offset.test.ts"),
  lifecycle: () => import("../../auth/test/lifecycle.test.ts"),
  "memory-token-store": () => import("../../auth/test/memory-token-store.test.ts"),
  middleware: () => import("../../auth/test/middleware.test.ts"),
  options: () => import("../../auth/test/options.test.ts"),
  "over-http": () => import("./over-http.ts"),
  "refresh-pair": () => import("../../auth/test/refresh-pair.test.ts"),
  "rejected-token": () => import("../../auth/test/rejected-token.test.ts"),
  "repeat-call": () => import("../../auth/test/repeat-call.test.ts"),
  "retry-after": () => import("../../auth/test/retry-after.test.ts"),
  "retry-timing": () => import("../../auth/test/retry-timing.test.ts"),
  "time-limit": () => import("../../auth/test/time-limit.test.ts"),
  "token-endpoint": () => import("../../auth/test/token-endpoint.test.ts"),
  "token-source": () => import("../../auth/test/token-source.test.ts"),
};

/** Tests that print things with `node:util`. */
export const withInspect: TestFiles = {
  privacy: () => import("../../auth/test/privacy.test.ts"),
};

/** Tests that start servers. */
export const withPorts: TestFiles = {
  emulator: () => import("../../auth/test/emulator.test.ts"),
};
