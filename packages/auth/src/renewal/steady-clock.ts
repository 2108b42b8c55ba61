import type { Clock } from "../options/auth-options.js";

/**
 * Returns a clock that never goes back, in milliseconds. It advances at least as fast as the wall clock, and as the
 * monotonic clock if there is one. If the wall clock alone were used, setting it back by hours would prolong the use of
 * an old token by hours. The monotonic clock alone can stand still while a machine sleeps (docs/token-lifecycle.md §4).
 */
export function steadyClock(clock: Clock): () => number {
  let lastWall = Number.NEGATIVE_INFINITY;
  let steady = Number.NEGATIVE_INFINITY;
  /** The sum of all steps by which the wall clock was set back. */
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
