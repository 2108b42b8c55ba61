/** The POST of a path. */
type Post<Paths, Path> = Path extends keyof Paths
  ? Paths[Path] extends { post: infer Operation }
    ? Operation
    : never
  : never;

/** One item of what a path's POST takes; never where a document has no such call. */
export type CreateBody<Paths, Path> =
  Post<Paths, Path> extends { requestBody: { content: { "application/json": (infer Item)[] } } } ? Item : never;

/** The record that a path's POST makes of it. */
export type CreatedRecord<Paths, Path> =
  Post<Paths, Path> extends { responses: { 201: { content: { "application/json": { data: (infer Item)[] } } } } }
    ? Item
    : never;
