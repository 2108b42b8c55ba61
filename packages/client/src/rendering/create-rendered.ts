import type { CallOptions } from "../call-options.js";
import { checkFields } from "../check-fields.js";
import { QBenchRenderError } from "../errors/render-error.js";
import { type RenderedRecord, type RenderOptions, waitUntilRendered } from "./wait-until-rendered.js";

/** Describes a resource whose new records the laboratory renders into files, which takes some time. */
export interface RenderedResource<Item, Rendered> {
  /** Creates records. */
  create(records: Item[], options?: CallOptions): Promise<Rendered[]>;
  /** Returns the record with an id. */
  get(id: number, query?: undefined, options?: CallOptions): Promise<Rendered>;
}

/**
 * Creates a report and waits until it is rendered. `downloadFile(report)` then opens its file.
 *
 * @example
 * ```ts
 * const report = await createReport(client, { report_config_id: 1, test_ids: [5, 6] }, { timeoutMs: 60_000 });
 * const { stream } = await downloadFile(report);
 * ```
 *
 * @throws QBenchInputError if `report_config_id` is missing; nothing was sent
 * @throws QBenchApiError if a request fails
 * @throws QBenchWriteError if the response to the creation has no record: it may have been created
 * @throws QBenchRenderError `failed` with the laboratory's message, or `timeout`
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
 * Creates a print document and waits until it is rendered. `downloadFile(document)` then opens its file.
 *
 * @example
 * ```ts
 * const document = await createPrintDocument(client, { printdoc_config_id: 1, order_id: 2 });
 * const { stream } = await downloadFile(document);
 * ```
 *
 * @throws QBenchInputError if `printdoc_config_id` is missing; nothing was sent
 * @throws QBenchApiError if a request fails
 * @throws QBenchWriteError if the response to the creation has no record: it may have been created
 * @throws QBenchRenderError `failed` with the laboratory's message, or `timeout`
 */
export async function createPrintDocument<Item, PrintDocument extends RenderedRecord>(
  client: { readonly printdocs: RenderedResource<Item, PrintDocument> },
  document: Item,
  options?: RenderOptions,
): Promise<PrintDocument> {
  checkFields("createPrintDocument", document, ["printdoc_config_id"]);
  return createRendered(client.printdocs, document, options);
}

/** Creates the record as the first read of the wait, so that the signal and the timeout also apply to the creation. */
function createRendered<Item, Rendered extends RenderedRecord>(
  resource: RenderedResource<Item, Rendered>,
  item: Item,
  options?: RenderOptions,
): Promise<Rendered> {
  let id: number | undefined;
  return waitUntilRendered(async signal => {
    if (id !== undefined) return resource.get(id, undefined, { signal });
    const [created] = await resource.create([item], { signal });
    if (!created) throw new QBenchRenderError("failed", "QBench returned no record for it");
    id = created.id;
    return created;
  }, options);
}
