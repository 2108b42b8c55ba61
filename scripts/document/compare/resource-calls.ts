import type { JsonObject } from "../model/json.ts";
import { nameResources } from "../model/name-resources.ts";

/** The method of a client for an operation. */
export interface ResourceCall {
  /** As a service writes it: `client.orders.list()`. */
  name: string;
  returns: string | undefined;
}

/** Returns the methods of a client by call: `GET /qbench/api/v2/orders` is `client.orders.list()`. */
export function resourceCalls(document: JsonObject): Map<string, ResourceCall> {
  const entries = Object.entries(nameResources(document)).flatMap(([resource, methods]) =>
    Object.entries(methods).map(([name, { method, path, returns }]): [string, ResourceCall] => [
      `${method} ${path}`,
      { name: `client${accessTo(resource)}${accessTo(name)}()`, returns },
    ]),
  );
  return new Map(entries);
}

const accessTo = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`);
