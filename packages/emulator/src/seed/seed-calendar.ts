/** The days before the end of the seeded history by which the last record of an entity is created. */
const lastDays: Readonly<Record<string, number>> = {
  Order: 91,
  Sample: 61,
  Attachment: 31,
  Batch: 31,
  Comment: 31,
  GenReport: 31,
  Invoice: 31,
  Payment: 31,
  PrintDoc: 31,
  Test: 31,
};

/**
 * Returns how many days before the end of the history a seeded record is created. `draw` is from 31 to 120. Orders are
 * older than their samples, and samples older than their tests, without reading one to make the other.
 */
export const creationDaysAgo = (entity: string, draw: number): number => (lastDays[entity] ?? 121) + (draw - 31) / 3;
