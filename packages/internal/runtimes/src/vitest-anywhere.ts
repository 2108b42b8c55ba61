/**
 * What the packages' tests import from `vitest`, made of its parts, which run wherever the language does. The bundle puts it
 * in the place of `vitest` itself, which needs Node.
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
  if (!timers) throw new Error("vi.useFakeTimers() comes first");
  return timers;
};

// A test that waits does so while timers stand still, too.
const { setTimeout } = globalThis;

const environment = (): Record<string, string | undefined> => globalThis.process.env;
const stubbedVariables = new Map<string, string | undefined>();

const stubbed = new Map<string, PropertyDescriptor | undefined>();

function setVariable(name: string, value: string | undefined): void {
  if (value === undefined) delete environment()[name];
  else environment()[name] = value;
}

// As vitest has it; what runs the tests needs the others.
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
  mocked: <Of>(of: Of): Of => of,
  useFakeTimers(options: { toFake?: FakeMethod[] } = {}) {
    timers = FakeTimers.install({ toFake: fakedByDefault, loopLimit: 10_000, ...options });
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
  async waitFor(succeed: () => unknown): Promise<void> {
    const end = Date.now() + 10_000;
    for (;;) {
      try {
        return void (await succeed());
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
    if (!stubbed.has(name)) stubbed.set(name, Object.getOwnPropertyDescriptor(globalThis, name));
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  },
  unstubAllGlobals() {
    for (const [name, descriptor] of stubbed) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    }
    stubbed.clear();
  },
};
