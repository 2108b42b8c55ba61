/** The entity of a mapping: the id that a record has in another vendor's system. */
export const mappingEntity = "EntityIntegrationVendorRelationship";

/** The kinds of records that integrations map, by path segment, with the tags of their operations. */
export const integrations: Record<string, readonly string[]> = {
  assays: ["ASSAY"],
  contacts: ["CONTACT"],
  customers: ["CUSTOMER"],
  "invoice-payments": ["PAYMENT", "INVOICE"],
  invoices: ["INVOICE"],
  panels: ["PANEL"],
  payments: ["PAYMENT"],
};

/** The entity of the records that a segment maps. Applied payments, the segment `invoice-payments`, are not an entity. */
export const mappedEntities: Readonly<Record<string, string>> = {
  assays: "Assay",
  contacts: "Contact",
  customers: "Customer",
  invoices: "Invoice",
  panels: "Panel",
  payments: "Payment",
};
