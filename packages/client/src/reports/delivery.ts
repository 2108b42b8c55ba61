import type { CallOptions } from "../call-options.js";
import type { FileRecord } from "../files/download-file.js";
import type { FileOptions } from "../files/presigned-url.js";
import type { RenderedResource } from "../rendering/create-rendered.js";
import type { RenderedRecord, RenderOptions } from "../rendering/wait-until-rendered.js";
import type { DeliveryStep, ResumeDelivery } from "./delivery-error.js";

/** Describes the fields of a report that its delivery depends on. */
export interface DeliverableReport extends RenderedRecord, FileRecord {
  /** The state, such as `PUBLISHED` or `WITHDRAWN`. */
  readonly state?: unknown;
  /** The time of the publishing. Empty before that. */
  readonly date_published?: unknown;
}

/** Describes a client whose document has reports. `publish` is needed for deliveries that publish. */
export interface ReportsClient<Item, Report, Publish> {
  /** The resource of reports. */
  readonly reports: RenderedResource<Item, Report> & {
    /** Publishes reports. */
    publish?(reports: Publish[], options?: CallOptions): Promise<unknown>;
  };
}

/** Reports a step of a delivery that is done. */
export type DeliveryProgress =
  | {
      /** The step that is done. */
      step: Exclude<DeliveryStep, "downloaded">;
      /** The id of the report. */
      reportId: number;
    }
  | {
      step: "downloaded";
      /** The id of the report. */
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
        /** Not allowed together with `report`. */
        resume?: undefined;
      }
    | {
        /** The report to continue with: `resume` of a `QBenchDeliveryError`, or `{ reportId: 7 }`. */
        resume: ResumeDelivery;
        /** Not allowed together with `resume`. */
        report?: undefined;
      }
  );
