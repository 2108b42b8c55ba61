import type { Row } from "../results/row.ts";

export interface GroupOptions {
  /** How often each thing is measured. By default, each group chooses a number that gives stable results. */
  readonly rounds?: number | undefined;
}

/** Measures what belongs together. */
export type Group = (options: GroupOptions) => Promise<Row[]>;
