import type { Table } from "./row.js";

const portal = { portal_role_ids: [2], portal_user: true, receive_email: false, send_portal_invite: false };

export const customers: Table = {
  "GET /customers": [
    { shows: "lists the customers", status: 200, total: 10, data: [{ id: 1, customer_name: "Green Valley Farms" }] },
    { shows: "filters by a part of the name", path: "/customers?name_keyword=harbor", status: 200, ids: [3] },
    {
      shows: "filters by ids in a repeated key, deleted customers included",
      path: "/customers?customer_ids=4&customer_ids=5&include_deleted=TRUE",
      given: [["DELETE /customers/4"]],
      status: 200,
      ids: [4, 5],
    },
    { shows: "rejects an unknown value of include_deleted", path: "/customers?include_deleted=true", status: 400 },
  ],
  "POST /customers": [
    {
      shows: "creates two customers, in the order of the request",
      json: [
        { customer_name: "Fjord Fisheries", city_name: "Bergen" },
        { customer_name: "Alpine Dairy", tags: ["new"] },
      ],
      status: 201,
      data: [
        { id: 11, customer_name: "Fjord Fisheries", city_name: "Bergen" },
        { id: 12, tags: ["new"] },
      ],
      after: { "/customers": { total: 12 } },
    },
    {
      shows: "rejects a city of 101 characters",
      json: [{ customer_name: "Polar Mills", city_name: "x".repeat(101) }],
      status: 400,
    },
  ],
  "PATCH /customers": [
    {
      shows: "changes one field and clears another",
      json: [{ id: 2, payment_term: null, comments: "Pays by check" }],
      status: 200,
      data: [{ id: 2, customer_name: "Northwind Botanicals", payment_term: null, comments: "Pays by check" }],
    },
    { shows: "does not clear the name", json: [{ id: 2, customer_name: null }], status: 400 },
  ],
  "GET /customers/{customer_id}": [
    { shows: "returns a customer", path: "/customers/7", status: 200, data: { customer_name: "Lakeside Clinic" } },
  ],
  "DELETE /customers/{customer_id}": [
    { shows: "deletes a customer", path: "/customers/10", status: 204, after: { "/customers": { total: 9 } } },
  ],
  "GET /customers/{customer_id}/attachments": [
    {
      shows: "lists the attachments of a customer",
      path: "/customers/3/attachments",
      given: [["POST /attachments", [{ attachment_type: "CUSTOMER", object_id: 3, file_name: "permit.pdf" }]]],
      status: 200,
      data: [{ attachment_data_type: "CUSTOMER", object_id: 3 }],
    },
  ],
  "GET /customers/{customer_id}/contacts": [
    {
      shows: "lists the contacts of a customer",
      path: "/customers/1/contacts",
      status: 200,
      sameIdsAs: "/contacts?customer_id=1",
    },
  ],
  "POST /customers/{customer_id}/contacts": [
    {
      shows: "links a new contact to a customer, with its settings for the portal",
      path: "/customers/6/contacts",
      given: [["POST /contacts", [{ first_name: "Noor" }]]],
      json: [{ contact_id: 16, ...portal }],
      status: 204,
      after: { "/contacts/16/customers": { ids: [6] }, "/contacts?customer_id=6&first_name=Noor": { ids: [16] } },
    },
    {
      shows: "rejects a contact that does not exist",
      path: "/customers/6/contacts",
      json: [{ contact_id: 99 }],
      status: 400,
    },
  ],
  "DELETE /customers/{customer_id}/contacts/{contact_id}": [
    {
      shows: "unlinks a contact, and keeps both records",
      path: "/customers/6/contacts/16",
      given: [
        ["POST /contacts", [{ first_name: "Noor" }]],
        ["POST /customers/6/contacts", [{ contact_id: 16 }]],
      ],
      status: 204,
      after: { "/contacts/16/customers": { total: 0 }, "/contacts/16": {}, "/customers/6": {} },
    },
  ],
  "GET /customers/{customer_id}/divisions": [
    { shows: "lists the divisions of a customer", path: "/customers/1/divisions", status: 200 },
  ],
  "GET /customers/{customer_id}/sources": [
    {
      shows: "lists the sources of a customer",
      path: "/customers/1/sources",
      status: 200,
      sameIdsAs: "/customers/1 sources",
    },
  ],
  "GET /customers/{customer_id}/sub-customers": [
    {
      shows: "lists the customers below a customer",
      path: "/customers/1/sub-customers",
      given: [["PATCH /customers", [{ id: 9, parent_customer_id: 1 }]]],
      status: 200,
      ids: [9],
    },
  ],
  "GET /contacts": [
    { shows: "lists the contacts", status: 200, total: 15, data: [{ id: 1, first_name: "Ada", last_name: "Okafor" }] },
    { shows: "filters by the name", path: "/contacts?first_name=Marie&last_name=Lindqvist", status: 200, ids: [2] },
  ],
  "POST /contacts": [
    {
      shows: "creates a contact",
      json: [{ first_name: "Ines", last_name: "Duarte", email_address: "ines@example.com", is_doctor: true }],
      status: 201,
      data: [{ id: 16, first_name: "Ines", email_address: "ines@example.com", is_doctor: true, customers: [] }],
    },
  ],
  "PATCH /contacts": [
    {
      shows: "changes a contact",
      json: [{ id: 3, last_name: "Franklin" }],
      status: 200,
      data: [{ id: 3, first_name: "Rosalind", last_name: "Franklin" }],
    },
  ],
  "GET /contacts/{contact_id}": [
    {
      shows: "returns a contact",
      path: "/contacts/2",
      status: 200,
      data: { first_name: "Marie", last_name: "Lindqvist" },
    },
  ],
  "DELETE /contacts/{contact_id}": [
    { shows: "deletes a contact", path: "/contacts/15", status: 204, after: { "/contacts": { total: 14 } } },
  ],
  "GET /contacts/{contact_id}/customers": [
    {
      shows: "lists the customers of a contact",
      path: "/contacts/1/customers",
      status: 200,
      sameIdsAs: "/customers?contact_ids=1",
    },
  ],
  "POST /contacts/{contact_id}/customers": [
    {
      shows: "links customers to a contact",
      path: "/contacts/16/customers",
      given: [["POST /contacts", [{ first_name: "Noor" }]]],
      json: [{ customer_id: 2 }, { customer_id: 5, receive_email: true }],
      status: 204,
      after: {
        "/contacts/16/customers": { ids: [2, 5] },
        "/contacts/16": { data: { customers: [{ id: 2 }, { id: 5 }] } },
      },
    },
    {
      shows: "links none of the customers if one does not exist",
      path: "/contacts/16/customers",
      given: [["POST /contacts", [{ first_name: "Noor" }]]],
      json: [{ customer_id: 2 }, { customer_id: 99 }],
      status: 400,
      after: { "/contacts/16/customers": { total: 0 } },
    },
  ],
};
