import type { Clock } from "../options/auth-options.js";

/**
 * Time that never goes back, in milliseconds: it advances at least as fast as the wall clock, and as the monotonic one
 * where there is one. A wall clock set back by hours would otherwise give an old token as many hours of new life, and a
 * monotonic clock alone stands still while a machine sleeps.
 */
export function steadyClock(clock: Clock): () => number {
  let lastWall = Number.NEGATIVE_INFINITY;
  let steady = Number.NEGATIVE_INFINITY;
  /** What the wall clock has been set back by, in all. */
  let setBackMs = 0;
  /** The wall clock when the monotonic one was at 0. */
  let monotonicStart: number | undefined;

  return () => {
    const wall = clock.now();
    if (wall < lastWall) setBackMs += lastWall - wall;
    lastWall = wall;
    steady = Math.max(steady, wall + setBackMs);
    const monotonic = clock.monotonic?.();
    if (monotonic !== undefined) {
      monotonicStart ??= wall - monotonic;
      steady = Math.max(steady, monotonicStart + monotonic);
    }
    return steady;
  };
}
