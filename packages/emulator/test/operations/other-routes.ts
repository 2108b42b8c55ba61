import type { Expected } from "./row.js";

/** A request of a public program to a path that the document does not have. */
export interface OtherRoute extends Expected {
  method: string;
  /** The whole path. */
  url: string;
  shows: string;
  form?: Readonly<Record<string, string>>;
  encoding?: "multipart";
}

const form = { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion: "{assertion}" };
const older = { method: "POST", url: "/qbench/oauth2/v1/token" };
const missing = { status: 404, body: { error_type: "NotFoundError" } };

export const otherRoutes: readonly OtherRoute[] = [
  { ...older, shows: "exchanges an assertion in a urlencoded form", form, status: 200, body: { expires_in: 3600 } },
  { ...older, shows: "exchanges an assertion in a multipart form", form, encoding: "multipart", status: 200 },
  { ...older, shows: "rejects a form without an assertion", form: {}, status: 400, body: { error: "invalid_request" } },
  { method: "POST", url: "/qbench/api/v1/oauth/token", shows: "is not a token path", form, ...missing },
  { method: "GET", url: "/qbench/api/v1/order/1", shows: "is not served: the emulator has no v1", ...missing },
  { method: "GET", url: "/qbench/api/v2/order/1", shows: "is not a path of v2: nouns are plural", ...missing },
  { method: "GET", url: "/qbench/api/v2/comments", shows: "is not served: comments are below orders only", ...missing },
  { method: "GET", url: "/qbench/api/v2/customers/1/api-clients", shows: "is not served by v2", ...missing },
  { method: "GET", url: "/qbench/api/v2/attachments/1/download", shows: "is not served: files have URLs", ...missing },
  { method: "GET", url: "/qbench/api/v2/kvstores/1", shows: "is not served: v2 has no key-value storage", ...missing },
  { method: "GET", url: "/qbench/api/v2/batches/1/platemap", shows: "is not served: v2 has no plate maps", ...missing },
  { method: "GET", url: "/qbench/api/v2/invoices/1/pdf", shows: "is not served: v2 has no invoice PDF", ...missing },
  { method: "PUT", url: "/qbench/api/v2/orders/1", shows: "is not served: v2 has no PUT", ...missing },
  {
    method: "DELETE",
    url: "/qbench/api/v2/orders",
    shows: "is not served: v2 deletes one record at a time",
    ...missing,
  },
  { method: "POST", url: "/qbench/api/v2/batches", shows: "is not served: batches can only be deleted", ...missing },
];
