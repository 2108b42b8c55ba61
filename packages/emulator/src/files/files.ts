import { storagePath } from "../paths.js";
import type { StoredRecord } from "../records/store.js";
import type { PresignedUrls } from "./presigned-urls.js";
import { smallPdf } from "./small-pdf.js";

interface StoredFile {
  bytes: Uint8Array<ArrayBuffer>;
  contentType: string;
}

export interface Files {
  /** The fields by which a record shows its file; empty for records that have none. */
  fieldsOf(entity: string, record: StoredRecord, origin: string, now: number): Record<string, unknown>;
  /** The address that the file of a new record is uploaded to; empty for records that take none. */
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

/** What the storage holds: what was uploaded, in memory, and a small PDF for each document that the laboratory made. */
export function createFiles(urls: PresignedUrls): Files {
  const uploads = new Map<string, Uint8Array<ArrayBuffer>>();

  /** A record of the seed has no file name, and its file was always there. */
  const hasFile = (entity: string, record: StoredRecord): boolean =>
    entity === "Attachment"
      ? record.file_name === undefined || uploads.has(pathOf(entity, record))
      : record.render_status === "SUCCESSFUL";

  return {
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

/** Uploads come without a Content-Type, and S3 has its own word for that; the laboratory's own documents are PDF. */
const contentTypeOf = (path: string): string => (/\/\d+\.pdf$/.test(path) ? "application/pdf" : "binary/octet-stream");
