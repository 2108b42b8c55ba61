export type { Change, MirrorStore, RecordId, Versions } from "./mirror-store.js";
export type { MirroredList, MirroredRecord } from "./mirrored-list.js";
export { type FullComparisonEvent, type SyncOptions, type SyncProgress, syncList } from "./sync-list.js";
