import { mergeConfig, type ViteUserConfig } from "vitest/config";
import config from "../../../vitest.config.ts";

// Services and copies of the repository must work without the condition of the workspace's tests.
// They install from registries and run compilers, which takes time on a busy machine.
const outside: ViteUserConfig = mergeConfig(config, { test: { env: { NODE_OPTIONS: "" }, testTimeout: 600_000 } });

export default outside;
