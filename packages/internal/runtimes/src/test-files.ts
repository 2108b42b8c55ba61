type TestFiles = Record<string, () => Promise<unknown>>;

/** Tests that need only web platform APIs. */
export const everywhere: TestFiles = {
  "auth/assertion-source": () => import("../../../auth/test/assertion-source.test.ts"),
  "auth/clock-offset": () => import("../../../auth/test/clock-offset.test.ts"),
  "auth/clocks": () => import("../../../auth/test/clocks.test.ts"),
  "auth/custom-fetch": () => import("../../../auth/test/custom-fetch.test.ts"),
  "auth/deadline": () => import("../../../auth/test/deadline.test.ts"),
  "auth/events": () => import("../../../auth/test/events.test.ts"),
  "auth/failed-phase": () => import("../../../auth/test/failed-phase.test.ts"),
  "auth/is-rejected-token": () => import("../../../auth/test/is-rejected-token.test.ts"),
  "auth/memory-token-store": () => import("../../../auth/test/memory-token-store.test.ts"),
  "auth/middleware": () => import("../../../auth/test/middleware.test.ts"),
  "auth/options": () => import("../../../auth/test/options.test.ts"),
  "auth/read-limited-text": () => import("../../../auth/test/read-limited-text.test.ts"),
  "auth/refresh-pair": () => import("../../../auth/test/refresh-pair.test.ts"),
  "auth/rejected-token": () => import("../../../auth/test/rejected-token.test.ts"),
  "auth/refresh-token": () => import("../../../auth/test/refresh-token.test.ts"),
  "auth/renewal-windows": () => import("../../../auth/test/renewal-windows.test.ts"),
  "auth/replay": () => import("../../../auth/test/replay.test.ts"),
  "auth/retries": () => import("../../../auth/test/retries.test.ts"),
  "auth/retry-after": () => import("../../../auth/test/retry-after.test.ts"),
  "auth/retry-timing": () => import("../../../auth/test/retry-timing.test.ts"),
  "auth/sanitize-text": () => import("../../../auth/test/sanitize-text.test.ts"),
  "auth/shared-store": () => import("../../../auth/test/shared-store.test.ts"),
  "auth/sign-assertion": () => import("../../../auth/test/sign-assertion.test.ts"),
  "auth/store-bypass": () => import("../../../auth/test/store-bypass.test.ts"),
  "auth/token-endpoint": () => import("../../../auth/test/token-endpoint.test.ts"),
  "auth/token-lifetime": () => import("../../../auth/test/token-lifetime.test.ts"),
  "auth/token-source": () => import("../../../auth/test/token-source.test.ts"),
  "auth/waiting-callers": () => import("../../../auth/test/waiting-callers.test.ts"),
  "client/check-parameters": () => import("../../../client/test/check-parameters.test.ts"),
  "client/create-client": () => import("../../../client/test/create-client.test.ts"),
  "client/create-transport": () => import("../../../client/test/create-transport.test.ts"),
  "client/custom-fields": () => import("../../../client/test/custom-fields.test.ts"),
  "client/dates": () => import("../../../client/test/dates.test.ts"),
  "client/dates-option": () => import("../../../client/test/dates-option.test.ts"),
  "client/filters": () => import("../../../client/test/filters.test.ts"),
  "client/find-ignored-fields": () => import("../../../client/test/find-ignored-fields.test.ts"),
  "client/is-outcome-unknown": () => import("../../../client/test/is-outcome-unknown.test.ts"),
  "client/mirror/sync-list": () => import("../../../client/test/mirror/sync-list.test.ts"),
  "client/paginate": () => import("../../../client/test/paginate.test.ts"),
  "client/read-ahead": () => import("../../../client/test/read-ahead.test.ts"),
  "client/read-under-change": () => import("../../../client/test/read-under-change.test.ts"),
  "client/rendering": () => import("../../../client/test/rendering.test.ts"),
  "client/reports/delivery-rules": () => import("../../../client/test/reports/delivery-rules.test.ts"),
  "client/reports/latest-report": () => import("../../../client/test/reports/latest-report.test.ts"),
  "client/resources": () => import("../../../client/test/resources.test.ts"),
  "client/responses": () => import("../../../client/test/responses.test.ts"),
  "client/to-array-limit": () => import("../../../client/test/to-array-limit.test.ts"),
  "client/transport/custom-fetch": () => import("../../../client/test/transport/custom-fetch.test.ts"),
  "client/transport/limiter": () => import("../../../client/test/transport/limiter.test.ts"),
  "client/transport/read-rate-limit": () => import("../../../client/test/transport/read-rate-limit.test.ts"),
  "client/transport/send-attempt": () => import("../../../client/test/transport/send-attempt.test.ts"),
  "client/transport/timeouts": () => import("../../../client/test/transport/timeouts.test.ts"),
  "client/transport/with-retries": () => import("../../../client/test/transport/with-retries.test.ts"),
  "client/with-dates": () => import("../../../client/test/with-dates.test.ts"),
  "client/with-response": () => import("../../../client/test/with-response.test.ts"),
  "client/worksheets/is-same-value": () => import("../../../client/test/worksheets/is-same-value.test.ts"),
  "client/worksheets/worksheet-data": () => import("../../../client/test/worksheets/worksheet-data.test.ts"),
  "client/worksheets/write-worksheets": () => import("../../../client/test/worksheets/write-worksheets.test.ts"),
  "client/writes": () => import("../../../client/test/writes.test.ts"),
};

/** Tests that print values with `node:util`. */
export const withInspect: TestFiles = {
  "auth/privacy": () => import("../../../auth/test/privacy.test.ts"),
  "client/transport/buffered-response": () => import("../../../client/test/transport/buffered-response.test.ts"),
  "client/errors": () => import("../../../client/test/errors.test.ts"),
  "client/untrusted-text": () => import("../../../client/test/untrusted-text.test.ts"),
};

/** Tests that start servers. */
export const withPorts: TestFiles = {
  "auth/emulator": () => import("../../../auth/test/emulator.test.ts"),
  "client/files": () => import("../../../client/test/files.test.ts"),
  "client/reports/deliver-report": () => import("../../../client/test/reports/deliver-report.test.ts"),
  "client/worksheets/over-http": () => import("../../../client/test/worksheets/over-http.test.ts"),
  "client/transport/connections": () => import("../../../client/test/transport/connections.test.ts"),
};

/**
 * Tests over real connections, against emulators outside of the runtime. They run last: Node's fetch keeps their connections
 * open and sets timers for them, which fake timers of later tests would clear wrongly.
 */
export const overHttp: TestFiles = {
  "auth/over-http": () => import("./auth-over-http.ts"),
  "client/over-http": () => import("./client-over-http.ts"),
};
