/**
 * Provides what the packages' tests import from `vitest`. It is composed of vitest's own parts, which run in any JavaScript
 * runtime. The bundle replaces `vitest` by this file, because `vitest` itself needs Node.
 */
import FakeTimers, { type Clock, type FakeMethod } from "@sinonjs/fake-timers";
import { JestAsymmetricMatchers, JestChaiExpect, JestExtend } from "@vitest/expect";
import { fn, restoreAllMocks, spyOn } from "@vitest/spy";
import { use } from "chai";

use(JestExtend);
use(JestChaiExpect);
use(JestAsymmetricMatchers);

export { afterAll, afterEach, beforeAll, beforeEach, describe, it, onTestFinished, test } from "@vitest/runner";
export { expect } from "chai";
export { expectTypeOf } from "expect-type";

let timers: Clock | undefined;
const installed = (): Clock => {
  if (!timers) throw new Error("Fake timers are not installed: call vi.useFakeTimers() first");
  return timers;
};

// `vi.waitFor` must also work while timers are faked, so it keeps the real function.
const { setTimeout } = globalThis;

const environment = (): Record<string, string | undefined> => globalThis.process.env;
const stubbedVariables = new Map<string, string | undefined>();

const stubbedGlobals = new Map<string, PropertyDescriptor | undefined>();

function setVariable(name: string, value: string | undefined): void {
  if (value === undefined) delete environment()[name];
  else environment()[name] = value;
}

// The same as vitest's default. The test runner itself needs the real versions of the others.
const fakedByDefault: FakeMethod[] = [
  "setTimeout",
  "clearTimeout",
  "setInterval",
  "clearInterval",
  "Date",
  "performance",
];

export const vi = {
  fn,
  restoreAllMocks,
  spyOn,
  mocked: <Value>(value: Value): Value => value,
  useFakeTimers(options: { toFake?: FakeMethod[] } = {}) {
    timers = FakeTimers.install({ now: Date.now(), toFake: fakedByDefault, loopLimit: 10_000, ...options });
  },
  isFakeTimers: () => timers !== undefined,
  setSystemTime: (time: string) => installed().setSystemTime(new Date(time)),
  useRealTimers() {
    timers?.uninstall();
    timers = undefined;
  },
  advanceTimersByTime: (ms: number) => void installed().tick(ms),
  advanceTimersByTimeAsync: (ms: number) => installed().tickAsync(ms),
  runAllTimersAsync: () => installed().runAllAsync(),
  getTimerCount: () => installed().countTimers(),
  async waitFor(check: () => unknown): Promise<void> {
    const end = Date.now() + 10_000;
    for (;;) {
      try {
        return void (await check());
      } catch (error) {
        if (Date.now() > end) throw error;
      }
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  },
  stubEnv(name: string, value: string | undefined) {
    if (!stubbedVariables.has(name)) stubbedVariables.set(name, environment()[name]);
    setVariable(name, value);
  },
  unstubAllEnvs() {
    for (const [name, value] of stubbedVariables) setVariable(name, value);
    stubbedVariables.clear();
  },
  stubGlobal(name: string, value: unknown) {
    if (!stubbedGlobals.has(name)) stubbedGlobals.set(name, Object.getOwnPropertyDescriptor(globalThis, name));
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  },
  unstubAllGlobals() {
    for (const [name, descriptor] of stubbedGlobals) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    }
    stubbedGlobals.clear();
  },
};
