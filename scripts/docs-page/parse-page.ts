import { type DefaultTreeAdapterTypes, parse } from "parse5";

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

/** The parts of a page that lead to its document. */
export interface Page {
  baseHref?: string;
  /** The code of inline scripts and the addresses of external ones, in the order of the page. */
  scripts: ({ code: string } | { src: string })[];
  /** The texts of data blocks, such as `<script type="application/json">`. */
  data: string[];
  redocUrl?: string;
  asksForPassword: boolean;
}

export const isHtml = (text: string): boolean => /^\uFEFF?\s*</.test(text);

export function parsePage(html: string): Page {
  const page: Page = { scripts: [], data: [], asksForPassword: false };
  for (const element of elements(parse(html))) read(element, page);
  return page;
}

function read(element: Element, page: Page): void {
  const attribute = (name: string) => element.attrs.find(each => each.name === name)?.value;
  const redocUrl = attribute("spec-url");
  if (element.tagName === "redoc" && redocUrl !== undefined) page.redocUrl ??= redocUrl;
  if (element.tagName === "input" && attribute("type")?.toLowerCase() === "password") page.asksForPassword = true;
  const href = attribute("href");
  if (element.tagName === "base" && href !== undefined) page.baseHref ??= href;
  if (element.tagName !== "script") return;
  const src = attribute("src");
  const type = attribute("type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  const text = element.childNodes.map(child => ("value" in child ? child.value : "")).join("");
  if (["", "module", "text/javascript", "application/javascript"].includes(type)) {
    page.scripts.push(src === undefined ? { code: text } : { src });
  } else if (/json|yaml/.test(type) && src === undefined) {
    page.data.push(text);
  }
}

/** Yields all elements. It does not recurse, because pages can be nested without limit. */
function* elements(root: Node): Generator<Element> {
  const open: Node[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if ("tagName" in node) yield node;
    if ("childNodes" in node) open.push(...node.childNodes.toReversed());
  }
}
