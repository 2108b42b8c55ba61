import { posix } from "node:path";
import { rewriteLinks } from "./rewrite-links.ts";

/**
 * Makes the relative links of a Markdown file lead to the repository's web page, because a registry shows the file
 * alone. Without a repository, it keeps their texts only. `folder` is that of the file, relative to the repository's top.
 */
export const makeLinksAbsolute = (
  markdown: string,
  {
    folder,
    repository,
    isFolder,
  }: { folder: string; repository: string | undefined; isFolder: (path: string) => boolean },
): string =>
  rewriteLinks(markdown, path => {
    if (repository === undefined) return undefined;
    // A path with a slash at its start begins at the top of the repository.
    const target = posix.join(path.startsWith("/") ? "" : folder, path).replaceAll(/^\/|\/$/g, "");
    return pageOf(repository, target, isFolder(target));
  });

/** Returns the web page of a file or folder of a repository. `HEAD` is the default branch. */
export function pageOf(repository: string, path: string, isFolder: boolean): string {
  const { hostname } = new URL(repository);
  const kind = isFolder ? "tree" : "blob";
  if (hostname === "dev.azure.com" || hostname.endsWith(".visualstudio.com")) return `${repository}?path=/${path}`;
  if (hostname === "bitbucket.org") return `${repository}/src/HEAD/${path}`;
  if (hostname.split(".").includes("gitlab")) return `${repository}/-/${kind}/HEAD/${path}`;
  return `${repository}/${kind}/HEAD/${path}`;
}
