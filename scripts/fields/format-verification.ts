import Table from "cli-table3";
import { printable } from "../command/plain-text.ts";
import type { CheckedField } from "./check-records.ts";
import { describeType } from "./describe-type.ts";
import { inferType } from "./infer-type.ts";
import { formatOverlay } from "./overlay-file.ts";
import type { UndeclaredField, Verification } from "./verify-fields.ts";

/** Returns the lines that show the result in a terminal. `limit` is the most records that were read of an entity. */
export function formatVerification(verification: Verification, limit: number): string[] {
  const { client, origin, lists, undeclared, undeclarable, unseen, contradictions } = verification;
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
  if (unseen.length > 0) lines.push("", `Declared, but in none of the records: ${unseen.map(fieldName).join(", ")}.`);
  const unread = formatUnread(verification);
  if (unread.length > 0) lines.push("", ...unread);
  if (count === 0) lines.push("", "No records were read, so nothing was compared.");
  else if (undeclared.length + contradictions.length === 0) lines.push("", "The types match these records.");
  return lines;
}

function tabulateUndeclared(fields: readonly UndeclaredField[]): string {
  const rows = fields.map(({ entity, name, type, observation, records }) => [
    fieldName({ owner: { component: entity, steps: [] }, name }),
    type.text,
    `${observation.count - observation.nulls} of ${records}`,
    type.note ?? "",
  ]);
  return tabulate(["Field", "Type", "Filled", "Note"], rows);
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
  return tabulate(["Field", "Declared", "Seen", "Wrong"], rows);
}

function tabulate(head: string[], rows: string[][]): string {
  const lines = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" };
  const table = new Table({ head, chars: lines, style: { head: [], border: [] } });
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
  // Overlays are applied in the order of their names, so that this one can correct custom-fields.yaml.
  const file = `openapi/overlays/${client}/field-corrections.yaml`;
  const lines = formatOverlay("Corrections of declared types", suggestions).trimEnd().split("\n");
  return [`To correct them, save this as ${file}, or add its actions to that file:`, "", ...lines.map(printable)].join(
    "\n",
  );
}

function formatUnread({ lists, nested, unlisted }: Verification): string[] {
  const empty = lists.filter(list => "records" in list && list.records === 0).map(({ entity }) => entity);
  const failed = lists.flatMap(list => ("status" in list ? [list] : []));
  return [
    ...failed.map(({ entity, path, status }) => `Not read: ${entity}. GET ${path} failed with status ${status}.`),
    ...(nested.length > 0
      ? [`Not read, because their lists need the id of another record: ${nested.join(", ")}.`]
      : []),
    ...(unlisted.length > 0 ? [`Not read, because the API has no list of them: ${unlisted.join(", ")}.`] : []),
    ...(empty.length > 0 ? [`Without records: ${empty.join(", ")}.`] : []),
  ].map(printable);
}
