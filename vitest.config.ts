import { join } from "node:path";
import { defineConfig, type ViteUserConfig } from "vitest/config";

/** Tests use the types and resources of the emulator's document, so that they pass with every document in `openapi/`. */
const builtIn = "qbench-built-in";

const config: ViteUserConfig = defineConfig({
  ssr: { resolve: { conditions: [builtIn] } },
  test: {
    // Test files leave no state behind, so that they can share a process and the modules that they load.
    isolate: false,
    // Commands that tests start keep compiled code for each other.
    env: {
      NODE_COMPILE_CACHE: join(import.meta.dirname, "node_modules/.cache/compiled"),
      NODE_OPTIONS: `--conditions=${builtIn}`,
    },
    // Some tests start compilers and other processes. These are slow if many tests run concurrently.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: ["default", ["json", { outputFile: "test-results.json" }]],
  },
});

export default config;
