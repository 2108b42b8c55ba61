import { storagePath } from "../paths.js";
import type { StoredRecord } from "../records/store.js";
import type { PresignedUrls } from "./presigned-urls.js";
import { smallPdf } from "./small-pdf.js";

interface StoredFile {
  bytes: Uint8Array<ArrayBuffer>;
  contentType: string;
}

export interface Files {
  /** Returns true if the records of the entity have files. */
  has(entity: string): boolean;
  /** Returns the fields in which a record shows its file, or no fields if its entity has no files. */
  fieldsOf(entity: string, record: StoredRecord, origin: string, now: number): Record<string, unknown>;
  /** Returns the field with the upload URL of a new record, or no fields if its entity takes no uploads. */
  uploadFieldsOf(entity: string, record: StoredRecord, origin: string, now: number): Record<string, unknown>;
  read(path: string): StoredFile | undefined;
  write(path: string, bytes: Uint8Array<ArrayBuffer>): void;
}

const folders = new Map([
  ["Attachment", "attachments"],
  ["GenReport", "reports"],
  ["PrintDoc", "printdocs"],
]);

function pathOf(entity: string, { id, file_name }: StoredRecord): string {
  const folder = `${storagePath}${folders.get(entity)}/${id}`;
  return typeof file_name === "string" ? `${folder}/${encodeURIComponent(file_name)}` : `${folder}.pdf`;
}

/** Keeps uploads in memory, and makes a small PDF when a file of a seeded or rendered record is read. */
export function createFiles(urls: PresignedUrls): Files {
  const uploads = new Map<string, Uint8Array<ArrayBuffer>>();

  /** A seeded attachment has no file name, and its file exists from the start. */
  const hasFile = (entity: string, record: StoredRecord): boolean =>
    entity === "Attachment"
      ? record.file_name === undefined || uploads.has(pathOf(entity, record))
      : record.render_status === "SUCCESSFUL";

  return {
    has: entity => folders.has(entity),
    fieldsOf(entity, record, origin, now) {
      if (!folders.has(entity)) return {};
      const path = pathOf(entity, record);
      const url = hasFile(entity, record) ? urls.sign("GET", origin, path, now) : null;
      if (entity !== "Attachment") return { url };
      const file_name = record.file_name ?? path.split("/").at(-1);
      return { url, asset: url && { file_name, content_type: contentTypeOf(path), url } };
    },
    uploadFieldsOf: (entity, record, origin, now) =>
      entity === "Attachment" ? { upload_url: urls.sign("PUT", origin, pathOf(entity, record), now) } : {},
    read(path) {
      const bytes = uploads.get(path);
      if (bytes) return { bytes, contentType: contentTypeOf(path) };
      const [, folder, id] = /\/([a-z]+)\/(\d+)\.pdf$/.exec(path) ?? [];
      return folder && id ? { bytes: smallPdf(`${folder} ${id}`), contentType: "application/pdf" } : undefined;
    },
    write: (path, bytes) => void uploads.set(path, bytes),
  };
}

/** Uploads have no Content-Type, so that they get S3's default. Rendered documents are PDF. */
const contentTypeOf = (path: string): string => (/\/\d+\.pdf$/.test(path) ? "application/pdf" : "binary/octet-stream");
