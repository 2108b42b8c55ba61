import { describe, expect, it } from "vitest";
import { readBuiltIn } from "../clients/built-in-document.ts";
import { dateFields } from "../document/model/date-fields.ts";
import { repository } from "./support/repository.ts";

const date = { allOf: [{ $ref: "#/components/schemas/DateTime" }], nullable: true };

/** Returns a document whose GET responds with `Thing`, or fails with `Failure`. */
const documentOf = (schemas: object) => ({
  openapi: "3.0.3",
  paths: {
    "/things": {
      get: {
        responses: {
          200: { content: { "application/json": { schema: { $ref: "#/components/schemas/Thing" } } } },
          400: { content: { "application/json": { schema: { $ref: "#/components/schemas/Failure" } } } },
        },
      },
    },
  },
  components: { schemas: { DateTime: { type: "string", format: "qbench-date-time" }, ...schemas } },
});
const fieldsOf = (schemas: object): string[] => dateFields(JSON.parse(JSON.stringify(documentOf(schemas))));

describe("dateFields", () => {
  it("returns the date fields of responses at any depth, sorted", () => {
    const schemas = {
      Thing: {
        properties: {
          made: date,
          id: { type: "integer" },
          parts: { type: "array", items: { $ref: "#/components/schemas/Part" } },
        },
      },
      Part: {
        allOf: [
          {
            properties: { bought: { anyOf: [date, { type: "null" }] }, whole: { $ref: "#/components/schemas/Thing" } },
          },
        ],
      },
    };
    expect(fieldsOf(schemas)).toEqual(["bought", "made"]);
  });

  it("excludes fields that are not a date in another response", () => {
    const parts = { type: "array", items: { properties: { made: { type: "string" }, sold: date } } };
    expect(fieldsOf({ Thing: { properties: { made: date, parts } } })).toEqual(["sold"]);
  });

  it("excludes fields of errors and requests, and dates of no known family", () => {
    const schemas = {
      Thing: { properties: { day: { type: "string", format: "date" } } },
      Failure: { properties: { failed: date } },
      ThingCreate: { properties: { wanted: date } },
    };
    expect(fieldsOf(schemas)).toEqual([]);
  });

  it("finds the date fields of the built-in document", async () => {
    const fields = dateFields(await readBuiltIn(repository));
    expect(fields).toEqual(expect.arrayContaining(["date_created", "due_date", "last_updated", "time_of_collection"]));
    expect(fields).not.toContain("date_created_start");
    expect(fields).not.toContain("last_updated_unix_timestamp");
  });
});
