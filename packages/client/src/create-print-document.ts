import type { Client } from "openapi-fetch";
import { createRendered } from "./create-rendered.js";
import type { CreateBody, CreatedRecord } from "./created-record.js";
import type { RenderOptions } from "./wait-until-rendered.js";

type PrintDocuments = "/qbench/api/v2/printdocs";

/**
 * Has a print document made and waits until it is there. Its file is then to be had with `downloadFile(document)`.
 *
 * @throws QBenchApiError when a call fails
 * @throws QBenchRenderError `failed` with the laboratory's own message, or `timeout`
 */
export async function createPrintDocument<Paths extends {}>(
  client: Client<Paths>,
  document: CreateBody<Paths, PrintDocuments>,
  options: RenderOptions = {},
): Promise<CreatedRecord<Paths, PrintDocuments>> {
  const path: PrintDocuments = "/qbench/api/v2/printdocs";
  const created = await createRendered(client, path, "printdoc_id", document, options);
  return created as CreatedRecord<Paths, PrintDocuments>;
}
