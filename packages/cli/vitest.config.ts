import { mergeConfig, type ViteUserConfig } from "vitest/config";
import config from "../../vitest.config.ts";

// Each test starts several processes.
const patient: ViteUserConfig = mergeConfig(config, { test: { testTimeout: 120_000 } });

export default patient;
