/**
 * Keeps items in the order of their arrival. All operations take constant time, also removing an item from the middle.
 */
export interface LinkedQueue<T> {
  /** Returns the first item, or undefined if the queue is empty. */
  first(): T | undefined;
  /** Adds an item to the end. Returns a function that removes it, wherever it is by then. */
  push(item: T): () => void;
}

interface Link<T> {
  item?: T;
  previous: Link<T>;
  next: Link<T>;
}

/** Creates an empty queue. */
export function createLinkedQueue<T>(): LinkedQueue<T> {
  // The links form a ring. This one has no item: the first item follows it, and the last one precedes it.
  const head = {} as Link<T>;
  head.previous = head;
  head.next = head;
  return {
    first: () => head.next.item,
    push(item) {
      const link = { item, previous: head.previous, next: head };
      link.previous.next = link;
      head.previous = link;
      return () => {
        link.previous.next = link.next;
        link.next.previous = link.previous;
      };
    },
  };
}
