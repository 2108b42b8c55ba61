/** `openapi:pull` and `openapi:generate` of one document in an empty folder: `pull-and-generate.ts FOLDER DOCUMENT`. */

import { generatePackage } from "@qbench-sdk/scripts/generate-package";
import { pullClient } from "@qbench-sdk/scripts/pull-client";

const [root = "", from = ""] = process.argv.slice(2);
await pullClient({ root, env: {}, from });
await generatePackage(root);
