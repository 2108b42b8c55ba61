import { mergeConfig, type ViteUserConfig } from "vitest/config";
import config from "../vitest.config.ts";

// The tests of the scripts take the longest of all packages. At their end, no other package needs the second core.
const parallel: ViteUserConfig = mergeConfig(config, { test: { maxWorkers: 2 } });

export default parallel;
