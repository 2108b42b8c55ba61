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
  /** The address that `<meta http-equiv="refresh">` names. */
  refreshUrl?: string;
  /** A viewer of documents that is neither Swagger UI nor Redoc. */
  otherViewer?: Viewer;
  asksForPassword: boolean;
}

export interface Viewer {
  name: string;
  /** The address of the document, if the viewer's element names it. */
  url?: string;
}

/** Viewers by an element and its id, such as `script#api-reference`, or by a script, and where they name a document. */
const viewers = [
  { name: "RapiDoc", pattern: /^rapi-?doc|\/rapidoc/, attribute: "spec-url" },
  { name: "OpenAPI Explorer", pattern: /openapi-explorer/, attribute: "spec-url" },
  { name: "Stoplight Elements", pattern: /^elements-api|@stoplight\/elements/, attribute: "apidescriptionurl" },
  { name: "Scalar", pattern: /^scalar-|^script#api-reference|@scalar\/api-reference/, attribute: "data-url" },
  { name: "Zudoku", pattern: /zudoku/, attribute: "data-api-url" },
  { name: "Swagger Editor", pattern: /swagger-editor/, attribute: "url" },
  { name: "ReadMe", pattern: /readme\.(io|com)\//, attribute: "url" },
  { name: "Bump.sh", pattern: /^bump-|bump\.sh\//, attribute: "url" },
];

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
  readViewer(element, attribute, page);
  if (element.tagName === "meta" && attribute("http-equiv")?.toLowerCase() === "refresh") {
    const [, url] = /^\s*[\d.]*[\s;,]\s*[;,]?\s*(?:url\s*=\s*)?["']?([^"']+)/i.exec(attribute("content") ?? "") ?? [];
    if (url !== undefined) page.refreshUrl ??= url.trim();
  }
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

function readViewer({ tagName }: Element, attribute: (name: string) => string | undefined, page: Page): void {
  const src = tagName === "script" ? (attribute("src") ?? "") : "";
  const viewer = viewers.find(({ pattern }) => pattern.test(`${tagName}#${attribute("id") ?? ""} ${src}`));
  if (viewer === undefined) return;
  const url = attribute(viewer.attribute);
  if (page.otherViewer?.url === undefined) page.otherViewer = { name: viewer.name, ...(url !== undefined && { url }) };
}

/** Yields all elements. It does not recurse, because pages can be nested without limit. */
function* elements(root: Node): Generator<Element> {
  const open: Node[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if ("tagName" in node) yield node;
    if ("childNodes" in node) open.push(...node.childNodes.toReversed());
  }
}
