import type { CallOptions } from "../call-options.js";
import { parseDate } from "../dates/dates.js";
import { QBenchResponseError } from "../errors/response-error.js";
import { isWithdrawn } from "./report-state.js";

/** Describes the fields of a report that decide which one is the latest. */
export interface ListedReport {
  /** The id of the report. It decides among the reports of one minute. */
  readonly id: number;
  /** `SUCCESSFUL` for a report that has a file. */
  readonly render_status?: unknown;
  /** The state, such as `PUBLISHED` or `WITHDRAWN`. */
  readonly state?: unknown;
  /** The time of the rendering, to the minute. */
  readonly date_generated?: unknown;
}

/** Describes a resource whose records have reports, such as `client.orders`, `client.samples` and `client.tests`. */
export interface ReportsResource<Filter, Report> {
  /** Lists the reports of the record with an id. */
  reports(id: number, filter?: Filter, options?: CallOptions): AsyncIterable<Report>;
}

interface SuccessfulReports {
  report_render_statuses: string[];
  statuses?: readonly unknown[];
}

/**
 * Returns the latest successful report of an order, sample or test, or undefined if it has no such report. Decides by
 * `date_generated`, and by `id` among the reports of one minute. Leaves out reports that are WITHDRAWN or OVERRIDDEN,
 * unless the filter's `statuses` name these states.
 *
 * QBench cannot sort reports or filter them by date, so all successful reports of the record are read. Up to 50 of them
 * take one request.
 *
 * @example
 * ```ts
 * const report = await latestReport(client.orders, 7, { report_config_levels: ["order"] });
 * if (report) console.log(report.id, report.date_published);
 * ```
 *
 * @param filter selects among the reports, as the filter of `client.orders.reports` does
 * @throws QBenchApiError if a request fails, also with 404 if the record does not exist
 * @throws QBenchResponseError if `date_generated` of a report is not a date
 */
export async function latestReport<Filter extends object, Report extends ListedReport>(
  resource: ReportsResource<Filter, Report>,
  id: number,
  filter?: Omit<Filter, "page_num" | "page_size">,
  options?: CallOptions,
): Promise<Report | undefined> {
  const query: SuccessfulReports = { ...filter, report_render_statuses: ["SUCCESSFUL"] };
  const { statuses } = query;
  let latest: Report | undefined;
  let latestTime = Number.NaN;
  // The filter has the fields that the document declares, and the one for successful reports.
  for await (const report of resource.reports(id, query as Filter, options)) {
    // The document of an API client may lack a filter, and QBench ignores unknown ones (docs/qbench-api.md §4.2).
    const isWanted = statuses ? statuses.includes(report.state) : !isWithdrawn(report);
    if (report.render_status !== "SUCCESSFUL" || !isWanted) continue;
    const time = generatedAt(report);
    if (!latest || time > latestTime || (time === latestTime && report.id > latest.id)) {
      latest = report;
      latestTime = time;
    }
  }
  return latest;
}

/** Returns when a report was generated, in epoch milliseconds. A report without a date is older than all others. */
function generatedAt({ id, date_generated: date }: ListedReport): number {
  if ((date ?? "") === "") return Number.NEGATIVE_INFINITY;
  try {
    // A client with `dates: "Date"` has parsed the date already.
    return parseDate(typeof date === "string" ? date : Number(date) / (typeof date === "number" ? 1 : 1000)).getTime();
  } catch (cause) {
    const problem = `date_generated of report ${id} is not a date, so the latest report is unknown`;
    throw new QBenchResponseError(`latestReport failed: ${problem}.`, { cause });
  }
}
