/** Stand-in. */
export type Format = "table" | "json" | "ndjson" | "csv";
export interface OutputOptions {
  format?: Format;
  columns?: readonly string[];
  raw?: boolean;
  bom?: boolean;
  escapeFormulas?: boolean;
}
export const readOutputOptions = ({
  format,
  columns,
  ...rest
}: {
  format?: Format | undefined;
  columns?: string | undefined;
  raw: boolean;
  bom: boolean;
  escapeFormulas: boolean;
}): OutputOptions => ({
  ...rest,
  ...(format && { format }),
  ...(columns !== undefined && { columns: columns.split(",") }),
});
