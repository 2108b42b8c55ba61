import type { CallOptions } from "../call-options.js";
import { checkFields } from "../check-fields.js";
import { QBenchRenderError } from "../errors/render-error.js";
import { type RenderedRecord, type RenderOptions, waitUntilRendered } from "./wait-until-rendered.js";

/** A resource whose new records the laboratory makes into files, which takes a while. */
export interface RenderedResource<Item, Rendered> {
  create(records: Item[], options?: CallOptions): Promise<Rendered[]>;
  get(id: number, query?: undefined, options?: CallOptions): Promise<Rendered>;
}

/**
 * Has a report made, and waits until it is there; `downloadFile(report)` opens it.
 *
 * @throws QBenchInputError when `report_config_id` is missing; nothing was sent
 * @throws QBenchApiError when a call fails
 * @throws QBenchRenderError `failed` with the laboratory's own message, or `timeout`
 */
export async function createReport<Item, Report extends RenderedRecord>(
  client: { readonly reports: RenderedResource<Item, Report> },
  report: Item,
  options?: RenderOptions,
): Promise<Report> {
  checkFields("createReport", report, ["report_config_id"]);
  return createRendered(client.reports, report, options);
}

/**
 * Has a print document made, and waits until it is there; `downloadFile(document)` opens it.
 *
 * @throws QBenchInputError when `printdoc_config_id` is missing; nothing was sent
 * @throws QBenchApiError when a call fails
 * @throws QBenchRenderError `failed` with the laboratory's own message, or `timeout`
 */
export async function createPrintDocument<Item, PrintDocument extends RenderedRecord>(
  client: { readonly printdocs: RenderedResource<Item, PrintDocument> },
  document: Item,
  options?: RenderOptions,
): Promise<PrintDocument> {
  checkFields("createPrintDocument", document, ["printdoc_config_id"]);
  return createRendered(client.printdocs, document, options);
}

/** To create is the first read, so that all of it stops with the signal and at the deadline. */
function createRendered<Item, Rendered extends RenderedRecord>(
  resource: RenderedResource<Item, Rendered>,
  item: Item,
  options?: RenderOptions,
): Promise<Rendered> {
  let id: number | undefined;
  return waitUntilRendered(async signal => {
    if (id !== undefined) return resource.get(id, undefined, { signal });
    const [created] = await resource.create([item], { signal });
    if (!created) throw new QBenchRenderError("failed", "the answer has no record");
    id = created.id;
    return created;
  }, options);
}
