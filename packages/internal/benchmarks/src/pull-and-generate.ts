/** `openapi:pull` and `openapi:generate` of one document in an empty folder: `pull-and-generate.ts FOLDER DOCUMENT`. */

import { pullClient } from "../../../../scripts/clients/pull-client.ts";
import { generatePackage } from "../../../../scripts/types/generate-package.ts";

const [root = "", from = ""] = process.argv.slice(2);
await pullClient({ root, env: {}, from });
await generatePackage(root);
