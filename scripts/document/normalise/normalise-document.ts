import type { JsonObject } from "../model/json.ts";
import { isQBench } from "../model/operations.ts";
import { allowNulls } from "./allow-nulls.ts";
import { applyOverlay, dropUnresolved, type Overlay } from "./apply-overlay.ts";
import { closeRecords } from "./close-records.ts";
import { collectFilters } from "./collect-filters.ts";
import { declareUnauthorized } from "./declare-unauthorized.ts";
import { runSteps, type Step, type StepResult } from "./finding.ts";
import { flattenRecords } from "./flatten-records.ts";
import { inlineDeepReferences } from "./inline-deep-references.ts";
import { mergeNulls } from "./merge-nulls.ts";
import { nameOperations } from "./name-operations.ts";
import { dropTitles, type NameTable, nameSchemas } from "./name-schemas.ts";
import { pruneSchemas } from "./prune-schemas.ts";
import { repairDocument } from "./repair-document.ts";
import { requireBodies } from "./require-bodies.ts";
import { requireIds } from "./require-ids.ts";
import { shareResponses } from "./share-responses.ts";
import { sortDocument } from "./sort-document.ts";
import { stripSecrets } from "./strip-secrets.ts";
import { typeDates } from "./type-dates.ts";
import { typeRelations } from "./type-relations.ts";
import { upgradeDocument } from "./upgrade-document.ts";

export interface NormaliseOptions {
  /** Values that the document must not contain. */
  secrets?: readonly string[];
  names?: NameTable;
  overlays?: readonly Overlay[];
}

/**
 * Runs all steps from a server's document to the committed one. The same API gives the same result, and normalizing a
 * result again does not change it. Steps that know QBench's conventions run on documents of QBench only.
 */
export function normaliseDocument(document: JsonObject, options: NormaliseOptions = {}): StepResult {
  const overlays = (options.overlays ?? []).filter(({ isForQBench }) => !isForQBench || isQBench(document));
  const result = runAllSteps(document, { ...options, overlays });
  if (overlays.length === 0) return result;
  // Only the final document shows which references have a target, because steps add and rename schemas.
  const { overlays: resolved, findings } = dropUnresolved(result.document, overlays);
  if (findings.length === 0) return result;
  const again = normaliseDocument(document, { ...options, overlays: resolved });
  return { ...again, findings: [...again.findings, ...findings] };
}

function runAllSteps(document: JsonObject, options: NormaliseOptions): StepResult {
  const { secrets = [], names = {}, overlays = [] } = options;
  const forAll: Step[] = [
    input => stripSecrets(input, secrets),
    upgradeDocument,
    repairDocument,
    mergeNulls,
    inlineDeepReferences,
  ];
  const forQBench: Step[] = [
    dropTitles,
    flattenRecords,
    nameOperations,
    nameSchemas(names),
    closeRecords,
    shareResponses,
    ...overlays.map(applyOverlay),
    typeDates,
    typeRelations,
    requireIds,
    allowNulls,
    declareUnauthorized,
    requireBodies,
    collectFilters,
    pruneSchemas,
  ];
  const steps = isQBench(document)
    ? [...forAll, ...forQBench]
    : [...forAll, nameOperations, nameSchemas(), ...overlays.map(applyOverlay)];
  const { document: result, findings } = runSteps(document, steps);
  return { document: sortDocument(result), findings };
}
