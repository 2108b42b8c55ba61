/**
 * Copies the files of Swagger UI that the docs page loads, and their licenses, into the build, and writes a module that
 * finds them. If swagger-ui-dist was a dependency of the package, its installation would run a script that reports usage.
 */
import { cp, writeFile } from "node:fs/promises";

const files = [
  "swagger-ui.css",
  "swagger-ui-bundle.js",
  "swagger-ui-bundle.js.LICENSE.txt",
  "swagger-ui-standalone-preset.js",
  "swagger-ui-standalone-preset.js.LICENSE.txt",
  "favicon-32x32.png",
  "LICENSE",
  "NOTICE",
];

for (const file of files) {
  const source = new URL(import.meta.resolve(`swagger-ui-dist/${file}`));
  await cp(source, new URL(`dist/swagger-ui/${file}`, import.meta.url));
}
await writeFile(new URL("dist/swagger-ui/folder.js", import.meta.url), "export const folder = import.meta.url;\n");
