/** Programs that this repository neither contains nor installs. Their arguments are not checked. */
export const STANDARD_PROGRAMS: ReadonlySet<string> = new Set(
  "apt-get aws az base64 brew bun cat cd chmod cp crontab curl deno docker echo env exit export gh git glab grep head jq less ls mkdir mv openssl printf psql redis-cli redis-server rm sed sort source ssh systemctl tail tar tee test touch tr trap true vim wc zip".split(
    " ",
  ),
);

/** Programs that run the command after their own arguments. */
export const WRAPPERS: Readonly<Record<string, RegExp>> = {
  exec: /^-/,
  flock: /^-|\.lock$/,
  nohup: /^-/,
  sudo: /^-/,
  time: /^-/,
  timeout: /^-|^\d/,
  xargs: /^-/,
};

/** Packages of npm that documents name, and that this repository does not use. */
export const OTHER_PACKAGES: ReadonlySet<string> = new Set(
  "@babel/core @babel/preset-env @babel/preset-typescript @jest/globals @rollup/plugin-node-resolve @rollup/plugin-typescript aws-cdk esbuild ioredis jest next pnpm react react-dom rollup ts-jest ts-loader ts-node tslib tsx undici vite webpack webpack-cli wrangler".split(
    " ",
  ),
);

/** The commands of pnpm that run even if a script has the same name. */
export const PNPM_COMMANDS: ReadonlySet<string> = new Set(
  "access add approve audit bin bugs cache change ci completion config create dedupe deploy deprecate dist-tag dlx docs doctor edit env exec fetch find-hash fund get help home i import info init install issues lane licenses link list login logout ls outdated owner pack patch peers permissions ping pipeline pkg prefix profile prune publish rebuild recursive remove repo root run runtime sbom search self-update set setup shim show stage star store team token unlink unpublish up update upgrade version view whoami why with".split(
    " ",
  ),
);
/** The options of pnpm that documents may use. */
export const PNPM_OPTIONS: ReadonlySet<string> = new Set(
  "--dir --filter --frozen-lockfile --help --ignore-scripts --offline --prefer-offline --recursive --registry --save-dev --save-exact --silent --version -C -D -E -F -g -r -w".split(
    " ",
  ),
);
/** Options of npm that all of its commands accept. */
export const NPM_OPTIONS: ReadonlySet<string> = new Set(
  "--cache --help --ignore-scripts --location --loglevel --prefix --registry --silent --userconfig --version --yes -y".split(
    " ",
  ),
);
