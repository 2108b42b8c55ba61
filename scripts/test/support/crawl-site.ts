import { globSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { type DefaultTreeAdapterTypes, parse } from "parse5";

interface Page {
  anchors: ReadonlySet<string>;
  links: readonly Link[];
}

interface Link {
  address: string;
  /** True if the page loads it, such as a script or a picture. */
  isPart: boolean;
}

/**
 * Returns the links of a site in a folder that lead to no file or no anchor, and what its pages would load from another
 * server. Links to other sites are not followed.
 */
export function findBrokenPages(folder: string): string[] {
  const pages = new Map(
    globSync("**/*.{html,svg}", { cwd: folder }).map(file => [
      file,
      readPage(readFileSync(join(folder, file), "utf8")),
    ]),
  );
  return [...pages].flatMap(([file, { links }]) =>
    links.flatMap(link => {
      const problem = explain(file, link);
      return problem === undefined ? [] : [`${file}: ${link.address} ${problem}`];
    }),
  );

  function explain(file: string, { address, isPart }: Link): string | undefined {
    if (/^(https?:|\/\/)/.test(address)) return isPart ? "is on another server" : undefined;
    if (/^(mailto|data):/.test(address)) return undefined;
    const [path = "", anchor = ""] = decodeURI(address).split("#");
    const target = path === "" ? file : relative(folder, join(folder, dirname(file), path));
    const found = statSync(join(folder, target), { throwIfNoEntry: false });
    if (!found?.isFile()) return found ? "is a folder" : "does not exist";
    return anchor === "" || pages.get(target)?.anchors.has(anchor) ? undefined : "has no such anchor";
  }
}

function readPage(html: string): Page {
  const anchors = new Set<string>();
  const links: Link[] = [];
  const visit = (node: DefaultTreeAdapterTypes.Node): void => {
    if ("attrs" in node) {
      for (const { name, value } of node.attrs) {
        if (name === "id") anchors.add(value);
        else if (name === "src" || name === "href") links.push({ address: value, isPart: node.nodeName !== "a" });
      }
    }
    if ("childNodes" in node) node.childNodes.forEach(visit);
  };
  visit(parse(html));
  return { anchors, links };
}
