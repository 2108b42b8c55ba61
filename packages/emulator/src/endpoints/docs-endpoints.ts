import { type Context, Hono } from "hono";
import { forbidden, notFound } from "../http/http-error.js";
import type { Env, Responses } from "../http/responses.js";
import type { Stats } from "../http/stats.js";
import type { ApiClient, ApiClients } from "../identity/api-clients.js";
import { grantType, signAssertion } from "../identity/assertion.js";
import type { Authentication } from "../identity/authenticate.js";
import { documentInScope } from "../identity/scopes.js";
import type { Tokens } from "../identity/tokens.js";
import type { OpenApiDocument } from "../openapi/document.js";
import { assetPath, docsPath, loginPath } from "../paths.js";
import { assetType, docsInitializer, docsPage, loginPage, readAsset, withAssertion } from "./docs-page.js";

/**
 * The access to docs pages: `open` for all, `bearer` with an access token of the API client, `session` with the session
 * cookie of the web application. Without that cookie, `session` redirects to the login page.
 */
export type DocsAccess = "open" | "bearer" | "session";

interface Parts {
  access: DocsAccess;
  authentication: Authentication;
  clients: ApiClients;
  document: OpenApiDocument;
  responses: Responses;
  sessionCookie: string;
  stats: Stats;
  tokens: Tokens;
}

/** Serves the docs page of each API client with its document, and the login page of the web application. */
export function docsEndpoints(parts: Parts): Hono<Env> {
  const { access, authentication, clients, document, responses, sessionCookie, stats, tokens } = parts;
  const app = new Hono<Env>();

  const forReader =
    (show: (c: Context<Env>, client: ApiClient) => Response | Promise<Response>) => (c: Context<Env>) => {
      const id = c.req.param("client") ?? "";
      if (access === "session" && !(c.req.header("Cookie") ?? "").split(/; */).includes(sessionCookie)) {
        return c.redirect(loginPath, 302);
      }
      if (access === "bearer" && authentication.authenticate(c).client.id !== id) {
        throw forbidden("The docs page belongs to another API client");
      }
      const client = clients.get(id);
      if (!client) throw notFound("The API client does not exist");
      stats.docsReads++;
      return show(c, client);
    };

  app.get(
    `${docsPath}/:client`,
    forReader((c, client) => c.html(docsPage(client.id))),
  );
  app.get(
    `${docsPath}/:client/swagger-initializer.js`,
    forReader(async (c, client) => {
      const { accessToken } = await tokens.issue(client, c.get("now"));
      return c.body(docsInitializer(client.id, accessToken.value), 200, { "Content-Type": "text/javascript" });
    }),
  );
  app.get(
    `${docsPath}/:client/openapi.json`,
    forReader(async (c, client) => {
      const assertion = await signAssertion(client, c.get("now"));
      return responses.json(c, 200, withAssertion(documentInScope(document, client.scopes), assertion, grantType));
    }),
  );
  app.get(`${assetPath}/:file`, async c => {
    const file = await readAsset(c.req.param("file"));
    if (!file) throw notFound("The file does not exist");
    return c.body(file, 200, { "Content-Type": assetType(c.req.param("file")) });
  });
  app.get(loginPath, c => c.html(loginPage));
  return app;
}
