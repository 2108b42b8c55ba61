// Unknown filters are ignored (facts 4.2): a list that lacks this one would be exported whole.
const lists: ReadonlySet<string> = new Set([
  "assays",
  "batches",
  "children",
  "contacts",
  "customers",
  "invoices",
  "orders",
  "panels",
  "parents",
  "quotations",
  "sub-samples",
  "samples",
  "tests",
]);

/** Does the list at this path take the filter `last_updated`? By the vendor's document; those of integrations do not. */
export function hasLastUpdated(path: string): boolean {
  return lists.has(path.split("/").at(-1) ?? "") && !path.includes("/integrations/");
}
