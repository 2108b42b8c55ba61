import { isCompleted, isReported, isStarted } from "../builtin/words.js";
import { isSet } from "../records/is-set.js";

type Fields = Readonly<Record<string, unknown>>;

/** Something that happens to a record once, and the field with its time. */
export interface RecordEvent {
  date: string;
  /** The boolean field that is true once the event has happened. */
  flag?: string;
  /** Returns true if the event has happened, false if not, and undefined if the record does not show it. */
  when?: (record: Fields) => boolean | undefined;
  /** The field whose date the event has by default. Absent if that is the time at which the record shows the event. */
  like?: string;
}

const emailed: RecordEvent = { date: "date_emailed", flag: "emailed" };
const madePublic: RecordEvent = { date: "date_public", flag: "is_public" };
const generated: RecordEvent = { date: "date_generated", when: ({ render_status }) => render_status === "SUCCESSFUL" };
const released: RecordEvent = { date: "date_report_released", flag: "release_report" };

/** A print document that no signature was requested for has no date of one. */
const ofSignature = (date: string): RecordEvent => ({
  date,
  when: record => (isSet(record.signature_request_id) ? undefined : false),
});

/** The events of each entity, in the order in which they happen (docs/qbench-api.md §11). */
const events: Readonly<Record<string, readonly RecordEvent[]>> = {
  Attachment: [madePublic],
  GenReport: [generated, { date: "date_published", when: ({ state }) => isSet(state) }, madePublic, emailed],
  Invoice: [{ date: "invoice_date", when: () => true }, emailed],
  Order: [
    { date: "date_requested", when: ({ order_request }) => order_request === true, like: "date_created" },
    {
      date: "date_received",
      when: ({ state, order_request_status: status }) => isStarted(state) || status === "RECEIVED" || undefined,
    },
    { date: "date_approved", when: ({ approved_by_id }) => isSet(approved_by_id) },
    { date: "date_completed", when: ({ state }) => isCompleted(state) },
    released,
    emailed,
  ],
  Payment: [{ date: "payment_date", when: () => true }],
  PrintDoc: [
    generated,
    ofSignature("signature_requested_at"),
    ofSignature("signature_completed_at"),
    ofSignature("signature_cancelled_at"),
  ],
  Project: [
    { date: "date_started", when: ({ percent_completion }) => Number(percent_completion) > 0 },
    { date: "date_completed", when: ({ percent_completion }) => percent_completion === 100 },
  ],
  Quotation: [{ date: "quotation_date", when: () => true }, emailed],
  Sample: [
    { date: "date_received", flag: "received" },
    { date: "date_report_released", when: ({ complete }) => (complete === true ? undefined : false) },
  ],
  Test: [
    { date: "start_date", when: ({ state }) => isStarted(state) },
    { date: "complete_date", when: ({ state }) => isCompleted(state) },
    { date: "reported_date", when: ({ state }) => isReported(state) },
    { date: "date_results_released", flag: "release_results" },
    released,
  ],
};

const known = new WeakMap<ReadonlyMap<string, unknown>, readonly RecordEvent[]>();

/** Returns the events that the entity's records have fields for, in order. */
export function eventsOf({
  name,
  fields,
}: {
  name: string;
  fields: ReadonlyMap<string, unknown>;
}): readonly RecordEvent[] {
  const found = known.get(fields) ?? (events[name] ?? []).filter(({ date }) => fields.has(date));
  known.set(fields, found);
  return found;
}

/** The fields that name the actor of an event, and the field that shows whether the event has happened. */
const actors: readonly (readonly [actor: string, sign: string])[] = [
  ["emailed_by_api_client_id", "emailed"],
  ["emailed_by_id", "emailed"],
  ["made_public_by_api_client_id", "is_public"],
  ["made_public_by_id", "is_public"],
  ["published_by_api_client_id", "date_published"],
  ["received_by_id", "date_received"],
];

const knownActors = new WeakMap<ReadonlyMap<string, unknown>, typeof actors>();

/** Returns the actors that the entity's records have fields for. */
export function actorsOf({ fields }: { fields: ReadonlyMap<string, unknown> }): typeof actors {
  const found = knownActors.get(fields) ?? actors.filter(([actor]) => fields.has(actor));
  knownActors.set(fields, found);
  return found;
}
