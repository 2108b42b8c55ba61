import type { TokenEvent, TokenEventListener } from "./events.js";

export interface Emitter {
  readonly emit: TokenEventListener;
  readonly on: (listener: TokenEventListener) => () => void;
}

export function createEmitter(): Emitter {
  const listeners = new Set<{ readonly listener: TokenEventListener }>();
  return {
    emit(event: TokenEvent) {
      for (const { listener } of listeners) {
        try {
          listener(event);
        } catch {
          // A mistake of who watches must not cost a call its token.
        }
      }
    },
    on(listener) {
      const entry = { listener };
      listeners.add(entry);
      return () => listeners.delete(entry);
    },
  };
}
