import Table from "cli-table3";
import { stringify } from "yaml";
import { printable } from "../command/printable.ts";
import type { CheckedField } from "./check-records.ts";
import { describeType } from "./describe-type.ts";
import { inferType } from "./infer-type.ts";
import type { UndeclaredField, Verification } from "./verify-fields.ts";

/** Returns the lines that show the result in a terminal. `limit` is the most records that were read of an entity. */
export function formatVerification(verification: Verification, limit: number): string[] {
  const { client, origin, lists, undeclared, undeclarable, contradictions } = verification;
  const count = lists.reduce((sum, list) => sum + ("records" in list ? list.records : 0), 0);
  const lines = [`${client}: ${origin}`, `${count} records, at most ${limit} of each entity`];
  if (undeclared.length > 0) lines.push("", "Undeclared fields", tabulateUndeclared(undeclared));
  if (undeclarable.length > 0) {
    lines.push("", `Ignored: ${undeclarable.map(fieldName).join(", ")}. No overlay can declare these names.`);
  }
  if (contradictions.length > 0) {
    lines.push("", "Fields that contradict their types", tabulateContradictions(contradictions), "");
    lines.push(formatSuggestions(verification));
  }
  const unread = formatUnread(verification);
  if (unread.length > 0) lines.push("", ...unread);
  if (undeclared.length + contradictions.length === 0) lines.push("", "The types match these records.");
  return lines;
}

function tabulateUndeclared(fields: readonly UndeclaredField[]): string {
  const rows = fields.map(({ entity, name, type, observation, records }) => [
    fieldName({ owner: { component: entity, steps: [] }, name }),
    type.text,
    `${observation.count - observation.nulls} of ${records}`,
    type.note ?? "",
  ]);
  return tabulate(["Field", "Type", "Values", ""], rows);
}

function tabulateContradictions(fields: readonly CheckedField[]): string {
  const rows = fields.flatMap(field => {
    const { observation, declared, records, wrong, wrongNulls, missing } = field;
    const contradictions: [seen: string, count: number][] = [
      [inferType(observation).text, wrong],
      ["null", wrongNulls],
      ["(missing)", missing],
    ];
    return contradictions
      .filter(([, count]) => count > 0)
      .map(([seen, count]) => [
        fieldName(field),
        printable(describeType(declared ?? {})),
        seen,
        `${count} of ${records}`,
      ]);
  });
  return tabulate(["Field", "Declared", "Seen", "Values"], rows);
}

function tabulate(head: string[], rows: string[][]): string {
  const table = new Table({ head, style: { head: [], border: [] } });
  table.push(...rows);
  return table.toString();
}

/** Returns a name such as `Order.state`, `Order["x y"]` or `Order.items[].price`. */
function fieldName({ owner, name }: Pick<CheckedField, "owner" | "name">): string {
  const steps = [...owner.steps, "properties", name];
  let text = owner.component;
  for (let index = 0; index < steps.length; index++) {
    if (steps[index] === "items") text += "[]";
    if (steps[index] === "properties") text += memberOf(String(steps[++index]));
    else if (steps[index] === "allOf") index++;
  }
  return printable(text);
}

const memberOf = (name: string): string =>
  /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;

/** Formats a complete overlay. Its actions can be added to the actions of another overlay. */
function formatSuggestions({ client, suggestions }: Verification): string {
  if (suggestions.length === 0) return "No overlay can correct them.";
  const overlay = {
    overlay: "1.0.0",
    info: { title: "Corrections of declared types", version: "1.0.0" },
    actions: suggestions,
  };
  // Overlays are applied in the order of their names, so that this one can correct custom-fields.yaml.
  const file = `openapi/overlays/${client}/field-corrections.yaml`;
  const text = stringify(overlay, { lineWidth: 0 }).trimEnd();
  return `To correct them, save this as ${file}, or add its actions to that file:\n\n${text.split("\n").map(printable).join("\n")}`;
}

function formatUnread({ lists, nested, unlisted }: Verification): string[] {
  const empty = lists.filter(list => "records" in list && list.records === 0).map(({ entity }) => entity);
  return [
    ...lists.flatMap(list =>
      "status" in list ? [`Not read: ${list.entity}. GET ${list.path} failed with status ${list.status}.`] : [],
    ),
    ...(nested.length > 0 ? [`Not read: ${nested.join(", ")}. Their lists need the id of another record.`] : []),
    ...(unlisted.length > 0 ? [`Not read: ${unlisted.join(", ")}. The API has no list of them.`] : []),
    ...(empty.length > 0 ? [`Without records: ${empty.join(", ")}.`] : []),
  ].map(printable);
}
