import type { WriteOutcome } from "@qbench-sdk/client";
import type { ListOddityName } from "./oddities.ts";

/** The limits of one tenant, or the share of one process. */
export interface TenantLimits {
  readonly concurrent: number;
  readonly requests: number;
  readonly windowMs: number;
}

export interface ClientWorkerSettings {
  readonly number: number;
  readonly url: string;
  readonly redisUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly limits: TenantLimits;
  /** The share of the limits that the process uses while Redis is unavailable. */
  readonly fallback: TenantLimits;
  /** Reads the odd lists. It has its own limits. */
  readonly oddReader: { readonly clientId: string; readonly clientSecret: string };
  /** What is wrong with the lists that the process reads, one after the other. */
  readonly oddLists: readonly ListOddityName[];
  /** The contacts with the ids 1 to this number are never changed. */
  readonly lastingContacts: number;
}

/** What a worker says about the contacts of one chunk of a write. */
export interface WrittenNames {
  readonly state: WriteOutcome["state"];
  readonly names: readonly string[];
}

/** Reports from a worker that uses the client. */
export type ClientReport =
  | { type: "list-read"; rows: number }
  | { type: "names"; outcomes: readonly WrittenNames[] }
  | { type: "file-transferred"; bytes: number }
  /** A call met an oddity of the server or of the store, and ended as it must. */
  | { type: "oddity"; name: string; outcome: "complete" | "error" }
  /** A write failed with an error that a fault can cause. */
  | { type: "failed-write" }
  /** A request had to wait for a slot. */
  | { type: "queued" }
  /** The limiter uses its share of the limits, because Redis failed. */
  | { type: "fallback" }
  /** A request was aborted before its response began. Its slot is free, but the server may count it later. */
  | { type: "aborted" }
  | { type: "failure"; reason: string }
  /** The worker has stopped, and all of its requests have ended. */
  | { type: "idle" };

/** Asks a worker to stop. */
export const STOP = "stop";
