import type { OpenApiDocument } from "../openapi/document.js";
import { assetPath, loginPath } from "../paths.js";

/** Returns the docs page of one API client. It is Swagger UI, and loads its initializer from a path of its own. */
export function docsPage(clientId: string): string {
  const here = `${encodeURIComponent(clientId)}`;
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>QBench API 2.0</title>
    <link rel="stylesheet" href="${assetPath}/swagger-ui.css">
    <link rel="icon" type="image/png" href="${assetPath}/favicon-32x32.png">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="${assetPath}/swagger-ui-bundle.js"></script>
    <script src="${assetPath}/swagger-ui-standalone-preset.js"></script>
    <script src="${here}/swagger-initializer.js"></script>
  </body>
</html>
`;
}

/** Returns the script that shows the client's document and sets an access token, so that "Try it out" works. */
export const docsInitializer = (clientId: string, accessToken: string): string => `window.onload = () => {
  window.ui = SwaggerUIBundle({
    url: ${JSON.stringify(`${encodeURIComponent(clientId)}/openapi.json`)},
    dom_id: "#swagger-ui",
    deepLinking: true,
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    layout: "BaseLayout",
    onComplete: () => window.ui.preauthorizeApiKey("BearerToken", ${JSON.stringify(accessToken)}),
  });
};
`;

/** Fills in the form of the token operation, as the vendor's page does (docs/qbench-api.md §1). */
export function withAssertion(document: OpenApiDocument, assertion: string, grantType: string): OpenApiDocument {
  const schemas = { ...document.components?.schemas };
  for (const [name, schema] of Object.entries(schemas)) {
    const { assertion: field, grant_type: grant } = schema.properties ?? {};
    if (!field || !grant) continue;
    schemas[name] = {
      ...schema,
      properties: {
        ...schema.properties,
        assertion: { ...field, example: assertion },
        grant_type: { ...grant, example: grantType },
      },
    };
  }
  return { ...document, components: { ...document.components, schemas } };
}

/** The login page. QBench returns it for any web page without a session (docs/qbench-api.md §6.2). */
export const loginPage: string = `<!DOCTYPE html>
<html lang="en">
  <head><meta charset="utf-8"><title>QBench - Sign in</title></head>
  <body>
    <form method="post" action="${loginPath}">
      <label>Email <input type="email" name="email"></label>
      <label>Password <input type="password" name="password"></label>
      <button type="submit">Sign in</button>
    </form>
  </body>
</html>
`;

/**
 * Reads a file of Swagger UI, which the build has copied. Returns undefined for other names, and in runtimes without a
 * file system.
 */
export async function readAsset(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (!/^[\w-]+(\.[\w-]+)*\.(css|js|png)$/.test(name)) return undefined;
  try {
    // biome-ignore lint/correctness/noNodejsModules: imported on use, and the catch below covers runtimes without it
    const { readFile } = await import("node:fs/promises");
    // In a file of its own, because test runners that turn the emulator into CommonJS reject `import.meta`.
    const { folder } = await import("#swagger-ui/folder.js");
    return Uint8Array.from(await readFile(new URL(name, folder)));
  } catch {
    return undefined;
  }
}

export const assetType = (name: string): string =>
  name.endsWith(".css") ? "text/css" : name.endsWith(".png") ? "image/png" : "text/javascript";
