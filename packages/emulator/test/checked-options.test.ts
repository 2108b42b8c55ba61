import { describe, expect, it } from "vitest";
import { type ApiClientOptions, createEmulator, type Fault, type LoggedRequest } from "../src/index.js";
import { createTestEmulator } from "./support/client.js";

const wrongFaults: [fault: unknown, message: string][] = [
  [{ on: "apis" }, 'on must be one or more of "token", "refresh", "api", "docs", "storage".'],
  [{ on: [] }, "on must be one or more of"],
  [{ stauts: 503 }, "stauts is unknown. The members are on, method, path, times,"],
  [{ status: "503" }, "status must be a whole number from 200 to 599."],
  [{ status: 99 }, "status must be a whole number from 200 to 599."],
  [{ probability: 5 }, "probability must be a number from 0 to 1."],
  [{ times: 0 }, "times must be a whole number from 1."],
  [{ path: "orders" }, 'path must be a path that starts with "/".'],
  [{ cut: "sometimes" }, 'cut must be one of "before", "during", "after".'],
  [{ headers: { "Retry-After": 5 } }, "headers must be an object with texts."],
  [{ body: 7 }, "body must be a text or an object."],
  [{ latencyMs: -1 }, "latencyMs must be a number from 0."],
  [{ skewMs: Number.NaN }, "skewMs must be a number."],
  [{ malformed: "yes" }, "malformed must be true or false."],
  [{ redirectStatus: 304 }, "redirectStatus must be one of 301, 302, 303, 307, 308."],
];

const wrongClients: [client: unknown, message: string][] = [
  [{ scope: "GET /orders" }, "scope is unknown. The members are name, type, corsOrigin, scopes, id, secret."],
  [{ scopes: ["orders"] }, "scopes must be a list of texts with a method or *, a space and a path"],
  [{ scopes: "GET /orders" }, "scopes must be a list"],
  [{ name: 7 }, "name must be a text."],
  [{ secret: "" }, "secret must be a text that is not empty."],
];

describe("an emulator checks its options", () => {
  it.each(wrongFaults)("rejects the fault %j, from the start and later", (value, message) => {
    const fault = value as Fault;
    expect(() => createEmulator({ faults: [{ on: "api" }, fault] })).toThrow(`faults is invalid: faults[1].${message}`);
    expect(() => createEmulator().faults.add(fault)).toThrow(`fault.${message}`);
  });

  it.each(wrongClients)("rejects the API client %j, from the start and later", (value, message) => {
    const client = value as ApiClientOptions;
    expect(() => createEmulator({ clients: [client] })).toThrow(`clients is invalid: clients[0].${message}`);
    expect(() => createEmulator().clients.create(client)).toThrow(`client.${message}`);
  });

  it.each([[null], ["orders"], [[1]]])("rejects %j as a fault and as an API client", value => {
    const notAnObject: unknown = value;
    expect(() => createEmulator({ faults: [notAnObject as Fault] })).toThrow("faults[0] must be an object.");
    expect(() => createEmulator({ clients: [notAnObject as ApiClientOptions] })).toThrow("must be an object.");
  });
});

describe("the options faults and clients", () => {
  it.each([[{ on: "api" }], [null]])("have to be lists, not %j", given => {
    const value: unknown = given;
    expect(() => createEmulator({ faults: value as Fault[] })).toThrow("faults is invalid: it must be a list");
    expect(() => createEmulator({ clients: value as ApiClientOptions[] })).toThrow("clients is invalid: it must be");
  });
});

describe("the option onRequest", () => {
  it("reports each request with its status and API client, and without secrets", async () => {
    const requests: LoggedRequest[] = [];
    const { emulator, request, token } = createTestEmulator({
      clients: [{ name: "Nightly export" }],
      onRequest: entry => requests.push(entry),
      faults: [{ on: "api", path: "/qbench/api/v2/teams", cut: "before" }],
    });
    await request("GET", "/orders/7?signature=abc&page_size=2");
    const [created] = (
      await request("POST", "/attachments", [{ attachment_type: "ORDER", file_name: "coa.pdf", object_id: 7 }])
    ).body.data;
    await emulator.fetch(new Request(created.upload_url));
    await expect(request("GET", "/teams")).rejects.toThrow();
    await request("GET", "/orders/7%0AGET?api_key=abc&x=%0A");
    expect(requests.every(({ durationMs }) => durationMs >= 0)).toBe(true);
    const client = "Nightly export";
    expect(requests.map(({ durationMs: _, ...entry }) => entry)).toMatchObject([
      { method: "POST", path: "/qbench/api/v2/auth/token", status: 200, client: undefined },
      { method: "GET", path: "/qbench/api/v2/orders/7?signature=...&page_size=2", status: 200, client },
      { method: "POST", path: "/qbench/api/v2/attachments", status: 201, client },
      { method: "GET", path: new URL(created.upload_url).pathname, client: undefined },
      { method: "GET", path: "/qbench/api/v2/teams", status: undefined, client },
      { method: "GET", path: "/qbench/api/v2/orders/7%0AGET?api_key=...&x=%0A", status: 404, client },
    ]);
    expect(JSON.stringify(requests)).not.toContain(await token());
  });
});
