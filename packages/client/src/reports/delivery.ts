import type { CallOptions } from "../call-options.js";
import type { FileRecord } from "../files/download-file.js";
import type { FileOptions } from "../files/presigned-url.js";
import type { RenderedResource } from "../rendering/create-rendered.js";
import type { RenderedRecord, RenderOptions } from "../rendering/wait-until-rendered.js";
import type { DeliveryStep, ResumeDelivery } from "./delivery-error.js";

/** Describes the fields of a report that its delivery depends on. */
export interface DeliverableReport extends RenderedRecord, FileRecord {
  readonly state?: unknown;
  readonly date_published?: unknown;
}

/** Describes a client whose document has reports. `publish` is needed for deliveries that publish. */
export interface ReportsClient<Item, Report, Publish> {
  readonly reports: RenderedResource<Item, Report> & {
    publish?(reports: Publish[], options?: CallOptions): Promise<unknown>;
  };
}

/** Reports a step of a delivery that is done. */
export type DeliveryProgress =
  | { step: Exclude<DeliveryStep, "downloaded">; reportId: number }
  | {
      step: "downloaded";
      reportId: number;
      /** The size of the file, in bytes. */
      bytes: number;
    };

/** Configures `deliverReport`. */
export interface DeliveryOptions extends Omit<RenderOptions, "timeoutMs">, Pick<FileOptions, "fetch"> {
  /** Maximum time for the whole delivery, in milliseconds. Default 300 000. */
  timeoutMs?: number;
  /** Called after each step. Errors that it throws are ignored. Store the `reportId` to resume after a crash. */
  onProgress?: (progress: DeliveryProgress) => void;
}

/** Describes what to deliver: a new report, or one that exists and that an earlier delivery may have begun. */
export type ReportDelivery<Item, Publish> = DeliveryOptions & {
  /**
   * Publishes the report before its file is downloaded. The value has the fields of QBench's request besides the id,
   * such as `{ send_emails: true }`. By default, the report is not published.
   */
  publish?: Omit<Publish, "id">;
} & (
    | {
        /** The report to create. */
        report: Item;
        resume?: undefined;
      }
    | {
        /** The report to continue with: `resume` of a `QBenchDeliveryError`, or `{ reportId: 7 }`. */
        resume: ResumeDelivery;
        report?: undefined;
      }
  );
