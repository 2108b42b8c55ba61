import type { Client } from "openapi-fetch";
import { createRendered } from "./create-rendered.js";
import type { CreateBody, CreatedRecord } from "./created-record.js";
import type { RenderOptions } from "./wait-until-rendered.js";

type Reports = "/qbench/api/v2/reports";

/**
 * Has a report made and waits until it is there. Its file is then to be had with `downloadFile(report)`.
 *
 * @throws QBenchApiError when a call fails
 * @throws QBenchRenderError `failed` with the laboratory's own message, or `timeout`
 */
export async function createReport<Paths extends {}>(
  client: Client<Paths>,
  report: CreateBody<Paths, Reports>,
  options: RenderOptions = {},
): Promise<CreatedRecord<Paths, Reports>> {
  const path: Reports = "/qbench/api/v2/reports";
  return (await createRendered(client, path, "report_id", report, options)) as CreatedRecord<Paths, Reports>;
}
