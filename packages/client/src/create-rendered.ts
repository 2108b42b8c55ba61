import type { Client } from "openapi-fetch";
import { unwrap } from "./unwrap.js";
import { type RenderedRecord, type RenderOptions, waitUntilRendered } from "./wait-until-rendered.js";

/** Creates one record of a collection and waits for its document. */
export async function createRendered<Paths extends {}>(
  client: Client<Paths>,
  collection: string,
  idName: string,
  body: unknown,
  options: RenderOptions,
): Promise<RenderedRecord> {
  // Paths and bodies have been checked by who calls; here they are any.
  const { GET, POST } = client as unknown as Record<
    "GET" | "POST",
    <Data>(path: string, init: object) => Promise<{ data: { data: Data }; response: Response }>
  >;
  const { signal } = options;
  const { data } = await unwrap(POST<RenderedRecord[]>(collection, { body: [body], ...(signal && { signal }) }));
  let created = data[0];
  const path = { [idName]: created?.id };
  return waitUntilRendered(async signal => {
    if (created) {
      const first = created;
      created = undefined;
      return first;
    }
    return (await unwrap(GET<RenderedRecord>(`${collection}/{${idName}}`, { params: { path }, signal }))).data;
  }, options);
}
