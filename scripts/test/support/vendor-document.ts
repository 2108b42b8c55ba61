import type { JsonObject } from "../../document/model/json.ts";

/** Returns the responses of an operation that succeeds with a body. */
export const ok = (schema: JsonObject): JsonObject => ({
  200: { description: "OK", content: { "application/json": { schema } } },
});
/** Returns a reference to a schema. */
export const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });

const page = (entity: string): JsonObject => ({
  type: "object",
  required: ["data", "total_pages"],
  properties: { data: ref(`List${entity}Schema.a9993e3.${entity}SchemaList`), total_pages: { type: "integer" } },
});

/** The parts that a test may change before the document is built. */
export interface VendorParts {
  order: JsonObject;
  schemas: JsonObject;
  paths: JsonObject;
}

/** Returns a document with two entities as QBench declares them, with its copies and suffixes. */
export function vendorDocument(change: (parts: VendorParts) => void = () => {}): JsonObject {
  const order: JsonObject = {
    title: "OrderSchema",
    type: "object",
    properties: {
      id: { title: "Id", type: "integer" },
      remark: { title: "Remark", type: "string", maxLength: 40 },
      customer: { title: "Customer", type: "object" },
      customer_id: { title: "Customer Id", type: "integer" },
      owner: { title: "Owner", type: "object" },
      owner_id: { title: "Owner Id", type: "integer" },
      customers: { type: "array", items: { type: "object" } },
      settings: { type: "object" },
      date_created: { anyOf: [{ type: "string", format: "date-time" }, { type: "string" }], title: "Date Created" },
    },
  };
  const customer: JsonObject = { type: "object", properties: { id: { type: "integer" }, name: { type: "string" } } };
  const schemas: JsonObject = {
    "ListOrderSchema.a9993e3": page("Order"),
    "ListOrderSchema.a9993e3.OrderSchema": order,
    "ListOrderSchema.a9993e3.OrderSchemaList": { type: "array", items: ref("ListOrderSchema.a9993e3.OrderSchema") },
    "SingleOrderSchema.a9993e3": {
      type: "object",
      required: ["data"],
      properties: { data: ref("SingleOrderSchema.a9993e3.OrderSchema") },
    },
    "SingleOrderSchema.a9993e3.OrderSchema": structuredClone(order),
    "UpdateOrderSchemaList.a9993e3": { type: "array", items: ref("UpdateOrderSchemaList.a9993e3.UpdateOrderSchema") },
    "UpdateOrderSchemaList.a9993e3.UpdateOrderSchema": { ...structuredClone(order), required: ["id"] },
    "ListCustomerSchema.a9993e3": page("Customer"),
    "ListCustomerSchema.a9993e3.CustomerSchema": customer,
    "ListCustomerSchema.a9993e3.CustomerSchemaList": {
      type: "array",
      items: ref("ListCustomerSchema.a9993e3.CustomerSchema"),
    },
    "OrderFilterSchema.7a3ad72": { type: "object", properties: { page_num: { type: "integer" } } },
  };
  const query = (name: string): JsonObject => ({ name, in: "query", required: false, schema: { type: "string" } });
  const paging = [query("page_num"), query("page_size")];
  const id: JsonObject = { name: "order_id", in: "path", required: true, schema: { type: "integer" } };
  const paths: JsonObject = {
    "/qbench/api/v2/orders": {
      get: {
        operationId: "get__qbench_api_v2_orders",
        summary: "get_entity_list <GET>",
        parameters: [...paging, query("remark"), query("date_created_start")],
        responses: ok(ref("ListOrderSchema.a9993e3")),
      },
      patch: {
        operationId: "patch__qbench_api_v2_orders",
        requestBody: { content: { "application/json": { schema: ref("UpdateOrderSchemaList.a9993e3") } } },
        responses: ok(ref("ListOrderSchema.a9993e3")),
      },
    },
    "/qbench/api/v2/orders/{order_id}": {
      get: {
        operationId: "get__qbench_api_v2_orders_{order_id}",
        parameters: [id],
        responses: ok(ref("SingleOrderSchema.a9993e3")),
      },
    },
    "/qbench/api/v2/customers": {
      get: {
        operationId: "get__qbench_api_v2_customers",
        parameters: paging,
        responses: ok(ref("ListCustomerSchema.a9993e3")),
      },
    },
  };
  change({ order, schemas, paths });
  const document: JsonObject = {
    openapi: "3.0.3",
    info: { title: "QBench API", version: "2.0" },
    security: [{ BearerToken: [] }],
    paths,
    components: { schemas, securitySchemes: { BearerToken: { type: "http", scheme: "bearer" } } },
  };
  return document;
}
