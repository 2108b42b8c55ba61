import { join } from "node:path";
import { pullClient } from "../clients/pull-client.ts";
import { readClients } from "../clients/read-clients.ts";
import { writeChangeset } from "../clients/write-changeset.ts";
import { declareFields } from "./declare-fields.ts";
import { formatVerification } from "./format-verification.ts";
import { type VerifyOptions, verifyFields } from "./verify-fields.ts";

export interface UpdateOptions extends VerifyOptions {
  /** True to write nothing. */
  check: boolean;
}

export interface UpdateResult {
  output: string;
  /** False if the types are wrong about the tenant: a field is undeclared, or contradicts its type. */
  isCorrect: boolean;
}

/**
 * Compares the types with recent records of the tenant. Declares custom fields in an overlay, and applies the overlays to
 * the committed document.
 */
export async function updateFields({ check, ...options }: UpdateOptions): Promise<UpdateResult> {
  const { root, env, records } = options;
  const verification = await verifyFields(options);
  const { client, file, undeclared, contradictions } = verification;
  const isCorrect = undeclared.length + contradictions.length === 0;
  const lines = formatVerification(verification, records);
  if (check) {
    if (undeclared.length > 0) lines.push("", `Run pnpm openapi:fields --client ${client} to declare the fields.`);
    return { output: lines.join("\n"), isCorrect };
  }
  const declared = await declareFields(root, verification);
  // From the committed document, so that the types have the fields without another pull.
  const pull = pullClient({ root, env, client, from: join(root, file) });
  const { changes, changed } = await pull.catch(async error => {
    await declared.undo();
    throw error;
  });
  const isFirst = client === (await readClients(root))[0].name;
  const changeset = await writeChangeset({ root, client, isFirst, changes });
  lines.push("");
  if (declared.count > 0) {
    const fields = declared.count === 1 ? "1 field" : `${declared.count} fields`;
    lines.push(`Declared ${fields} in ${declared.file}. Review the types, and describe the fields.`);
  }
  lines.push(changed ? `Wrote ${file}. The next pnpm build generates its types.` : `${file} is unchanged.`);
  if (changeset !== undefined) lines.push(`Wrote ${changeset}. Review it, and commit it with the document.`);
  return { output: lines.join("\n"), isCorrect };
}
