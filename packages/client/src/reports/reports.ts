export { deliverReport } from "./deliver-report.js";
export type {
  DeliverableReport,
  DeliveryOptions,
  DeliveryProgress,
  ReportDelivery,
  ReportsClient,
} from "./delivery.js";
export { type DeliveryState, type DeliveryStep, QBenchDeliveryError, type ResumeDelivery } from "./delivery-error.js";
export type { DeliveredReport } from "./download-report.js";
export { type ListedReport, latestReport, type ReportsResource } from "./latest-report.js";
