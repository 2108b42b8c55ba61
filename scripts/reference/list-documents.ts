import { globSync } from "node:fs";

/** A Markdown file of the site. */
export interface Document {
  /** The path, relative to the root of the repository. */
  file: string;
  /** The heading under which the site lists it. */
  category: string;
}

/** The Markdown files of the site, by the heading under which it lists them. The front page is the first file. */
const categories: Readonly<Record<string, readonly string[]>> = {
  Guides: ["README.md", "docs/*.md"],
  Packages: ["packages/*/README.md"],
  "This repository": ["CONTRIBUTING.md", "SECURITY.md", "openapi/README.md", "packages/internal/*/README.md"],
};

export const listDocuments = (root: string): Document[] =>
  Object.entries(categories).flatMap(([category, patterns]) =>
    patterns.flatMap(pattern =>
      globSync(pattern, { cwd: root })
        .toSorted()
        .map(file => ({ file, category })),
    ),
  );
