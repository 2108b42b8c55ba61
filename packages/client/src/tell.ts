/** A call goes on, whatever a listener does. */
export function tell<Event>(onEvent: ((event: Event) => void) | undefined, event: Event): void {
  try {
    onEvent?.(event);
  } catch {}
}
