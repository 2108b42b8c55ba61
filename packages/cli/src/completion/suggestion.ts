/** A text to insert at the cursor. */
export interface Suggestion {
  value: string;
  description?: string | undefined;
}

/** What a shell offers at the cursor. */
export interface Suggestions {
  /** `values` are whole words. After a word of a `list`, a comma and another word can follow. `files` are those on disk. */
  kind: "values" | "list" | "files";
  /** Replaces the current word. A value that ends in `=` or `/` is only the first part of a word. */
  values: readonly Suggestion[];
}
