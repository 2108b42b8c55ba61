/** First in, first out, and out of turn for who gives up; each at the same cost, however many there are. */
export interface LinkedQueue<T> {
  first(): T | undefined;
  /** Adds to the end; what it gives back takes it out again, from wherever it stands. */
  push(item: T): () => void;
}

interface Link<T> {
  item?: T;
  before: Link<T>;
  after: Link<T>;
}

export function createLinkedQueue<T>(): LinkedQueue<T> {
  // A ring: its end is what comes before the start, and both are this link, which holds nothing.
  const start = {} as Link<T>;
  start.before = start;
  start.after = start;
  return {
    first: () => start.after.item,
    push(item) {
      const link = { item, before: start.before, after: start };
      link.before.after = link;
      start.before = link;
      return () => {
        link.before.after = link.after;
        link.after.before = link.before;
      };
    },
  };
}
