import { mergeConfig, type ViteUserConfig } from "vitest/config";
import config from "../../../vitest.config.ts";

// Services and copies of the repository must work without the condition of the workspace's tests.
const outside: ViteUserConfig = mergeConfig(config, { test: { env: { NODE_OPTIONS: "" } } });

export default outside;
