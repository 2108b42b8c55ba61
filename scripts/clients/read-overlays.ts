import { type Dirent, existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { jsonpath } from "json-p3";
import { isNode, isSeq, LineCounter, parseDocument as parseYaml } from "yaml";
import { CommandError } from "../command/command-error.ts";
import { get, isObject, type Json } from "../document/model/json.ts";
import { type Overlay, type OverlayAction, referencesOf } from "../document/normalise/apply-overlay.ts";
import type { NameTable } from "../document/normalise/name-schemas.ts";
import { parseData } from "../document/read/parse-document.ts";

/** The actions of the overlays that this process has read: the documents of all clients share most of them. */
const parsed = new Map<string, OverlayAction[]>();

/**
 * Reads the overlays for a client: those in `openapi/overlays`, which are for QBench's documents, then those in the
 * folder there with the client's name.
 */
export async function readOverlays(root: string, client: string): Promise<Overlay[]> {
  const folders = [
    { folder: "openapi/overlays", isForQBench: true },
    { folder: `openapi/overlays/${client}`, isForQBench: false },
  ];
  const overlays: Overlay[] = [];
  for (const { folder, isForQBench } of folders) {
    if (!existsSync(join(root, folder))) continue;
    const files = (await readdir(join(root, folder), { withFileTypes: true })).filter(isOverlay);
    for (const { name } of files.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      overlays.push(await readOverlay(root, `${folder}/${name}`, isForQBench));
    }
  }
  return overlays;
}

/** Reads the names and the overlay of this repository, without the overlays that a company's copy adds. */
export async function readQBenchOptions(root: string): Promise<{ names: NameTable; overlays: Overlay[] }> {
  const [names, overlay] = await Promise.all([
    readNames(root),
    readOverlay(root, "openapi/overlays/qbench.yaml", true),
  ]);
  return { names, overlays: [overlay] };
}

async function readOverlay(root: string, file: string, isForQBench: boolean): Promise<Overlay> {
  const text = await readFile(join(root, file), "utf8");
  const id = JSON.stringify([file, text]);
  const actions = parsed.get(id) ?? readActions(text, file);
  parsed.set(id, actions);
  return { file, isForQBench, actions };
}

/** Reads `openapi/names.json`, which translates the vendor's names to ours. */
export async function readNames(root: string): Promise<NameTable> {
  const file = "openapi/names.json";
  if (!existsSync(join(root, file))) return {};
  const data = parseData(await readFile(join(root, file), "utf8"), file);
  const entries = Object.entries(isObject(data) ? data : {}).map(([from, to]): [string, string] => {
    if (typeof to === "string" && /^[A-Z][A-Za-z0-9]*$/.test(to)) return [from, to];
    throw new CommandError(`${file}: the name for ${from} must be one word, such as "Report".`);
  });
  return Object.fromEntries(entries);
}

const isOverlay = (entry: Dirent): boolean => entry.isFile() && /\.(ya?ml|json)$/.test(entry.name);

function readActions(text: string, file: string): OverlayAction[] {
  const data = parseData(text, file);
  const { actions } = isObject(data) ? data : {};
  if (!String(get(data, "overlay")).startsWith("1.") || !Array.isArray(actions)) {
    throw new CommandError(`${file} is not an OpenAPI Overlay. It needs "overlay: 1.0.0", "info" and "actions".`);
  }
  // Only messages need lines, and finding them takes as long as reading the file.
  let lines: number[] | undefined;
  const lineOf = (index: number): number => {
    lines ??= linesOfActions(text);
    return lines[index] ?? 1;
  };
  return actions.map((action, index) => {
    const checked = checkAction(action, reason => new CommandError(`${file}:${lineOf(index)}: the action ${reason}`));
    return Object.defineProperty(checked, "line", { get: () => lineOf(index), enumerable: true });
  });
}

/** Returns the line on which each action starts. JSON is YAML too. */
function linesOfActions(text: string): number[] {
  const lineCounter = new LineCounter();
  const actions = parseYaml(text, { lineCounter, logLevel: "silent" }).get("actions");
  if (!isSeq(actions)) return [];
  return actions.items.map(item => lineCounter.linePos(isNode(item) ? (item.range?.[0] ?? 0) : 0).line);
}

function checkAction(action: Json, fail: (reason: string) => CommandError): OverlayAction {
  const target = get(action, "target");
  if (typeof target !== "string") throw fail("has no target. Add one, a JSONPath.");
  try {
    jsonpath.compile(target);
  } catch (error) {
    throw fail(`has a target that is not a JSONPath: ${error instanceof Error ? error.message : error}`);
  }
  const update = get(action, "update");
  const remove = get(action, "remove") === true;
  if (update === undefined && !remove) throw fail('does nothing. Add "update" or "remove".');
  if (update === null) throw fail('has an empty "update". Add the content, or remove the action.');
  const checked: OverlayAction = { target, remove, ...(update !== undefined && { update }) };
  const wrong = [...referencesOf(checked)].find(reference => !reference.startsWith("#/"));
  if (wrong === undefined) return checked;
  throw fail(`refers to ${JSON.stringify(wrong)}. Write it as "#/components/schemas/Name".`);
}
