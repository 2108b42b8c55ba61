import type { Row, Table } from "./row.js";

const map = (kind: string): NonNullable<Row["given"]> => [
  [`POST /integrations/7/${kind}`, [{ entity_id: 1, integration_vendor_id: "remote-1" }]],
];

/** Returns the rows of one kind of mapped records. */
const mappings = (kind: string): Table => ({
  [`GET /integrations/{integration_id}/${kind}`]: [
    {
      shows: "lists the mappings of one integration",
      path: `/integrations/7/${kind}`,
      given: map(kind),
      status: 200,
      total: 1,
      data: [{ entity_id: 1, integration_id: 7, integraton_vendor_id: "remote-1" }],
    },
    {
      shows: "filters by the other system's id",
      path: `/integrations/7/${kind}?integration_vendor_ids=remote-2`,
      given: map(kind),
      status: 200,
      total: 0,
    },
    {
      shows: "lists no mapping of another integration",
      path: `/integrations/8/${kind}`,
      given: map(kind),
      status: 200,
      total: 0,
    },
  ],
  [`POST /integrations/{integration_id}/${kind}`]: [
    {
      shows: "maps two records",
      path: `/integrations/7/${kind}`,
      json: [
        { entity_id: 1, integration_vendor_id: "remote-1" },
        { entity_id: 2, integration_vendor_id: "remote-2" },
      ],
      status: 201,
      data: [{ entity_id: 1 }, { entity_id: 2, integraton_vendor_id: "remote-2" }],
      after: { [`/integrations/7/${kind}`]: { total: 2 }, [`/integrations/7/${kind}/2`]: { data: { entity_id: 2 } } },
    },
    {
      shows: "accepts the other system's id as a number, as one public client sends it",
      path: `/integrations/7/${kind}`,
      json: [{ entity_id: 1, integration_vendor_id: 4711 }],
      status: 201,
      data: [{ entity_id: 1, integraton_vendor_id: "4711" }],
    },
  ],
  [`GET /integrations/{integration_id}/${kind}/{entity_id}`]: [
    {
      shows: "returns the mapping of one record",
      path: `/integrations/7/${kind}/1`,
      given: map(kind),
      status: 200,
      data: { entity_id: 1, integraton_vendor_id: "remote-1" },
    },
  ],
});

export const integrations: Table = {
  ...mappings("assays"),
  ...mappings("contacts"),
  ...mappings("customers"),
  ...mappings("invoice-payments"),
  ...mappings("invoices"),
  ...mappings("panels"),
  ...mappings("payments"),
  "DELETE /integrations/{integration_id}/invoice-payments/{entity_id}": [
    {
      shows: "removes the mapping of one record",
      path: "/integrations/7/invoice-payments/1",
      given: map("invoice-payments"),
      status: 204,
      after: { "/integrations/7/invoice-payments": { total: 0 } },
    },
  ],
};
