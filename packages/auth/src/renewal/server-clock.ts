import type { TokenEventListener } from "../events.js";
import type { Clock } from "../options/auth-options.js";

/** The server's clock, as far as it is known. A correction is on trial until the server accepts an assertion by it. */
export interface ServerClock {
  /** Returns the time in epoch milliseconds. */
  now(): number;
  /** Corrects this clock by a measured difference. */
  correct(byMs: number): void;
  /** Keeps the correction, because the server accepted an assertion by this clock. */
  confirm(): void;
  /** Takes back a correction on trial, because the server rejected an assertion by this clock. */
  revert(): void;
}

export function createServerClock(clock: Clock, emit: TokenEventListener): ServerClock {
  let offsetMs = 0;
  let confirmedMs = 0;
  const setOffset = (newMs: number) => {
    offsetMs = newMs;
    emit({ type: "clock-corrected", offsetMs });
  };
  return {
    now: () => clock.now() + offsetMs,
    correct: byMs => setOffset(offsetMs + byMs),
    confirm() {
      confirmedMs = offsetMs;
    },
    revert() {
      if (offsetMs !== confirmedMs) setOffset(confirmedMs);
    },
  };
}
