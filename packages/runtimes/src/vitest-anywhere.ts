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

export { afterAll, afterEach, beforeAll, beforeEach, describe, onTestFinished, test } from "@vitest/runner";
export { expect } from "chai";
export { expectTypeOf } from "expect-type";

let timers: Clock | undefined;
const installed = (): Clock => {
  if (!timers) throw new Error("vi.useFakeTimers() comes first");
  return timers;
};

const stubbed = new Map<string, PropertyDescriptor | undefined>();

export const vi = {
  fn,
  restoreAllMocks,
  spyOn,
  useFakeTimers(options: { toFake: FakeMethod[] }) {
    timers = FakeTimers.install(options);
  },
  useRealTimers() {
    timers?.uninstall();
    timers = undefined;
  },
  advanceTimersByTime: (ms: number) => void installed().tick(ms),
  advanceTimersByTimeAsync: (ms: number) => installed().tickAsync(ms),
  getTimerCount: () => installed().countTimers(),
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
