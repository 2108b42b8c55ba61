export function mapValues<Key extends string, A, B>(record: Record<Key, A>, change: (value: A) => B): Record<Key, B> {
  return Object.fromEntries(Object.entries<A>(record).map(([key, value]) => [key, change(value)])) as Record<Key, B>;
}
