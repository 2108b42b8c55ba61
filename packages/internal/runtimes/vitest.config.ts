import { mergeConfig, type ViteUserConfig } from "vitest/config";
import config from "../../../vitest.config.ts";

// The bundles already contain the built-in document (bundle.ts), and not every runtime accepts the options of Node.
const runtimes: ViteUserConfig = mergeConfig(config, {
  test: { globalSetup: "src/install-engines.ts", env: { NODE_OPTIONS: "" } },
});

export default runtimes;
