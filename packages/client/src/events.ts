/** A call goes on, whatever a listener does, now or later. */
export function tell<Event>(onEvent: ((event: Event) => unknown) | undefined, event: Event): void {
  try {
    Promise.resolve(onEvent?.(event)).catch(() => {});
  } catch {}
}
