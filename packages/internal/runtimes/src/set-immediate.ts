/**
 * Defines `setImmediate` in pages, which do not have it. Without it, each step of the fake timers would take the four
 * milliseconds that browsers add to nested timers.
 */
const { port1, port2 } = new MessageChannel();
const queue: (() => void)[] = [];
port1.onmessage = () => queue.shift()?.();

Object.assign(globalThis, {
  setImmediate(run: () => void) {
    queue.push(run);
    port2.postMessage(undefined);
  },
});

export {};
