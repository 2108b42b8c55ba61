import { QBenchApiError, QBenchError } from "@qbench-sdk/client";
import { readCommitted } from "../clients/committed-document.ts";
import { chooseClient, readClients } from "../clients/read-clients.ts";
import { readNames, readOverlays } from "../clients/read-overlays.ts";
import { type Environment, readApiAccess } from "../clients/read-settings.ts";
import { CommandError } from "../command/command-error.ts";
import { isPrintable } from "../command/plain-text.ts";
import { requestsOf } from "../document/model/entities.ts";
import { byCodeUnit, get, type Json, type JsonObject } from "../document/model/json.ts";
import { schemasOf } from "../document/model/references.ts";
import type { OverlayAction } from "../document/normalise/apply-overlay.ts";
import { normaliseDocument } from "../document/normalise/normalise-document.ts";
import { type CheckedField, createRecordCheck, type RecordCheck } from "./check-records.ts";
import { inferType } from "./infer-type.ts";
import { type EntityList, listEntities } from "./list-entities.ts";
import type { FieldDeclaration } from "./overlay-file.ts";
import { createListClient, type ListClient, readRecords } from "./read-records.ts";
import { suggestActions } from "./suggest-actions.ts";

export interface VerifyOptions {
  /** The folder that holds `openapi/`. */
  root: string;
  env: Environment;
  /** A name in `openapi/clients.json`. Default: the first one. */
  client?: string | undefined;
  /** The most records to read of each entity. */
  records: number;
}

/** A list that was read, or the reason why it was not. */
type ReadList = EntityList & ({ records: number } | { status: number });

/** What the records of a tenant show about the types. It contains names and counts, and no values. */
export interface Verification {
  client: string;
  /** The committed document, relative to the root. */
  file: string;
  origin: string;
  lists: ReadList[];
  /** Entities without a list, or with lists below other records only. */
  nested: string[];
  unlisted: string[];
  /** Fields that neither the document nor an overlay declares. */
  undeclared: UndeclaredField[];
  /** Fields whose names no overlay can declare. */
  undeclarable: CheckedField[];
  /** Declared fields without a type, of which values were seen. */
  untyped: UndeclaredField[];
  /** Declared fields of records that no record had. */
  unseen: CheckedField[];
  contradictions: CheckedField[];
  /** Actions of an overlay that remove the contradictions. */
  suggestions: OverlayAction[];
}

export type UndeclaredField = FieldDeclaration & Pick<CheckedField, "observation" | "records">;

/** Reads recent records of each entity, and compares them with the client's document and overlays. */
export async function verifyFields(options: VerifyOptions): Promise<Verification> {
  const { root, env, records: limit } = options;
  const client = chooseClient(await readClients(root), options.client);
  const access = await readApiAccess(client, env);
  const file = `openapi/${client.name}.json`;
  const document = await readDocument(root, client.name);
  const { lists, nested, unlisted } = listEntities(document);
  if (lists.length === 0) throw new CommandError(`${file} has no list that can be read. Check the client's scopes.`);
  const { check, fields } = createRecordCheck(document);
  const read = await readLists(createListClient(access), lists, limit, check).catch(error => {
    if (!(error instanceof QBenchError)) throw error;
    const settings = `${client.url}, ${client.clientId} and ${client.clientSecret}`;
    throw new CommandError(`${error.message.replace(/\.$/, "")}. The settings are ${settings}.`);
  });
  const found = fields().toSorted((a, b) => byCodeUnit(nameOf(a), nameOf(b)));
  const undeclared = found.filter(({ declared }) => declared === undefined);
  const contradictions = found.filter(({ wrong, wrongNulls, missing }) => wrong + wrongNulls + missing > 0);
  const ofRecords = found.filter(({ owner }) => owner.steps.length === 0 && lists.some(isListOf(owner.component)));
  return {
    client: client.name,
    file,
    origin: access.baseUrl,
    lists: read,
    nested,
    unlisted,
    undeclared: undeclared.filter(isDeclarable).map(field => toDeclaration(document, field)),
    undeclarable: undeclared.filter(field => !isDeclarable(field)),
    untyped: ofRecords
      .filter(({ declared, observation }) => isUntyped(declared) && observation.kinds.size > 0)
      .map(field => toDeclaration(document, field)),
    unseen: ofRecords.filter(({ observation, missing }) => observation.count + missing === 0),
    contradictions,
    suggestions: suggestActions(document, contradictions),
  };
}

/** Reads the committed document and applies the overlays, which may have changed since the last pull. */
async function readDocument(root: string, client: string): Promise<JsonObject> {
  const committed = await readCommitted(root, client);
  const [names, overlays] = await Promise.all([readNames(root), readOverlays(root, client)]);
  return normaliseDocument(committed, { names, overlays }).document;
}

/** Reads all lists, within the limits of the client. Throws if none can be read, or if a failure may be temporary. */
async function readLists(
  api: ListClient,
  lists: readonly EntityList[],
  limit: number,
  check: RecordCheck["check"],
): Promise<ReadList[]> {
  const stop = new AbortController();
  const readList = async (list: EntityList): Promise<ReadList> => {
    const onRecord = (record: JsonObject): void => check(record, list.entity);
    try {
      return { ...list, records: await readRecords(api, list, { limit, signal: stop.signal, onRecord }) };
    } catch (error) {
      if (!(error instanceof QBenchApiError)) throw error;
      const { status } = error;
      // The scopes exclude the list, or the tenant does not have it.
      if (status < 500 && status !== 429) return { ...list, status };
      // Without the server's description of the error, which may contain values.
      throw new CommandError(`GET ${list.path} failed with status ${status}. Run the command again later.`);
    }
  };
  const read = await Promise.all(lists.map(readList)).finally(() => stop.abort());
  const statuses = new Set(read.map(list => ("status" in list ? list.status : undefined)));
  if (statuses.has(undefined)) return read;
  throw new CommandError(`No list could be read: status ${[...statuses].join(", ")}. Check the client's scopes.`);
}

const isListOf =
  (name: string) =>
  ({ entity }: EntityList): boolean =>
    entity === name;

const nameOf = ({ owner, name }: CheckedField): string => JSON.stringify([owner.component, ...owner.steps, name]);

/** A document cannot have the key `__proto__`, and control characters in a name are a mistake or an attack. */
const isDeclarable = ({ name }: CheckedField): boolean => name !== "__proto__" && isPrintable(name);

const isUntyped = (schema: Json | undefined): boolean =>
  schema !== undefined && Object.keys(schema ?? {}).every(key => key === "nullable" || key === "description");

function toDeclaration(document: JsonObject, { owner, name, observation, records }: CheckedField): UndeclaredField {
  const requests = requestsOf(owner.component).filter(schema => {
    const properties = get(get(schemasOf(document), schema), "properties");
    const declared = get(properties, name);
    // A request may declare a field that the record does not. Its type stays.
    return properties !== undefined && (declared === undefined || isUntyped(declared));
  });
  return { entity: owner.component, requests, name, type: inferType(observation), observation, records };
}
