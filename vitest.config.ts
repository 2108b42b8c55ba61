import { defineConfig, type ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = defineConfig({
  test: {
    reporters: ["default", ["json", { outputFile: "test-results.json" }]],
  },
});

export default config;
