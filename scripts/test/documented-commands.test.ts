import { expect, test } from "vitest";
import { findUnknownCommands } from "../repository/find-unknown-commands.ts";
import { type KnownCommands, readKnownCommands } from "../repository/known-commands.ts";
import { parseCommands } from "../repository/parse-commands.ts";
import { readRepository } from "../repository/read-repository.ts";
import { repository } from "./support/repository.ts";

const { paths, texts } = readRepository(repository);
const actual = readKnownCommands(repository, paths);
/** Starting the programs for their help takes seconds. */
const timeout = 120_000;

test("Every command in the repository's Markdown exists", { timeout }, () => {
  const documents = [...texts].filter(
    ([path]) => path.endsWith(".md") && !/^\.changeset\/|CHANGELOG\.md$|\.api\.md$/.test(path),
  );
  expect(findUnknownCommands(new Map(documents), actual)).toEqual([]);
});

test("Every command that a message recommends exists", { timeout }, () => {
  // For example "Run pnpm openapi:pull --client main." The other words of a message are not a part of the command.
  const commands = [...texts].flatMap(([path, text]) =>
    path.endsWith(".ts") && !path.includes("/test/")
      ? [...text.matchAll(/\b[Rr]un (p?npm [a-z:]+(?: --[a-z-]+)*)/g)].map(([, command = ""]) => command)
      : [],
  );
  expect(commands.length).toBeGreaterThan(10);
  const document = commands.map(command => `\`${command}\``).join("\n\n");
  expect(findUnknownCommands(new Map([["messages", document]]), actual)).toEqual([]);
});

const manifests: Record<string, Record<string, string>> = {
  "": {
    test: "npm run setup && pnpm run verify",
    verify: "node scripts/verify.ts",
    build: "turbo run build",
    docs: "turbo run build",
    qbench: "node --import ./x.ts packages/cli/src/command.ts",
  },
  "packages/client": { build: "tsc", "api:update": "node check.ts --update" },
};

const helps: Record<string, string> = {
  node: "Options:\n  -e, --eval <script>\n  --import <module>\n  --env-file <path>",
  "node scripts/verify.ts": "Usage: npm test\n  --dry-run  print\n  --client <name>",
  npm: "All commands:\n\n    access, config,\n    install, publish, view",
  "npm install": "[-g|--global] [--save|--no-save|--save-dev]",
  "npm publish": "[--tag <tag>]",
  turbo: "      --filter <FILTER>",
  "turbo run": "      --force",
  qbench:
    "Commands:\n  export [options] <list>  print all rows\n  get [options] <path>     print\n\nOptions: --version",
  "qbench export": "  -s, --since <when>\n  --no-store",
  "qbench-emulator": "  --port <number>",
  vitest: "  -u, --update",
};

const known: KnownCommands = {
  scripts: folder => manifests[folder] ?? {},
  published: new Map([
    ["@qbench-sdk/client", undefined],
    ["@qbench-sdk/cli", "qbench"],
    ["@qbench-sdk/emulator", "qbench-emulator"],
  ]),
  sources: new Map([
    ["packages/cli/src/command.ts", "qbench"],
    ["packages/emulator/src/command.ts", "qbench-emulator"],
  ]),
  installed: new Set(["redis", "vitest"]),
  programs: new Set(["changeset", "qbench-emulator", "turbo", "vitest"]),
  paths: new Set(["package.json", "packages/client/package.json", "scripts/verify.ts", "packages/cli/src/command.ts"]),
  help: command => helps[command.join(" ")] ?? "",
};

/** Returns what is wrong with the commands of a document. */
const check = (text: string, path = "pages/a.md"): string[] => findUnknownCommands(new Map([[path, text]]), known);

const inShell = (script: string, path?: string): string[] => check(`\`\`\`sh\n${script}\n\`\`\`\n`, path);

test.for([
  "pnpm install --frozen-lockfile",
  "pnpm build && npm test # a comment with pnpm nonsense",
  "pnpm --filter @qbench-sdk/client build",
  "pnpm verify --dry-run --client=main",
  "pnpm test --client main",
  "npm test -- --dry-run",
  "npm run verify",
  "pnpm run docs --filter=x",
  "pnpm build --filter=x",
  "pnpm changeset",
  "pnpm exec vitest -u",
  "npx changeset",
  "npx --yes pnpm@12.21.0 verify --dry-run",
  "npm install @acme/qbench-client redis",
  "npm install --global @acme/qbench-cli@1.2.0 ./tarballs/*.tgz file:../x",
  "npx @acme/qbench-cli export orders --since 7d > orders.csv",
  'npx @acme/qbench-emulator --port 4010 "--no-such-option in a text"',
  "qbench export orders --no-store | head -n 3",
  "qbench get 'orders/1?a=1&b=2' | jq .id",
  "turbo run build --force",
  "pnpm qbench export orders --since 7d",
  "pnpm qbench COMMAND",
  "npm run --silent qbench -- get orders/1",
  "node scripts/verify.ts --client main",
  "node --env-file=.env -e 'console.log(1)'",
  "NPM_TOKEN=x A=$(git rev-parse HEAD) npm publish a.tgz --tag next",
  "sudo apt-get install -y redis-server",
  "cat <<END > .npmrc\nno command at all\nEND\npnpm build",
  "git fetch \\\n  --tags upstream",
  "flock -n x.lock node scripts/verify.ts",
])("A command that exists is accepted: %j", script => {
  expect(inShell(script)).toEqual([]);
});

test.for([
  ["pnpm bulid", "pnpm has no command bulid, and no package.json has such a script"],
  ["pnpm docs", "pnpm has a command docs of its own. The script needs pnpm run docs"],
  ["pnpm run deploy", "no package.json has the script deploy"],
  ["npm run deploy", "no package.json has the script deploy"],
  ["pnpm api:update", "pnpm has no command api:update, and no package.json has such a script"],
  ["pnpm verify --dryrun", "the option --dryrun is unknown"],
  ["pnpm test --all", "the option --all is unknown"],
  ["npm test -- --all", "the option --all is unknown"],
  ["pnpm build --forse", "the option --forse is unknown"],
  ["pnpm install --frozen", "the option --frozen is unknown"],
  ["npm instal", "npm has no command instal"],
  ["npm install --globally redis", "the option --globally is unknown"],
  ["pnpm add redis left-pad", "the package left-pad is unknown"],
  ["npm install redis left-pad", "the package left-pad is unknown"],
  ["npm install @acme/qbench-sdk", "@acme/qbench-sdk is not published by this repository"],
  [
    "npx @qbench-sdk/cli whoami",
    "@qbench-sdk/cli is in no registry. Use the name under a company's scope, such as @acme/qbench-client",
  ],
  ["npx @acme/qbench-client", "@acme/qbench-client has no command"],
  ["npx qbench whoami", "the package qbench is unknown"],
  ["npx qbench-emulator --port 4010", "the package qbench-emulator is unknown"],
  ["npx @acme/qbench-cli exprot orders", "qbench has no command exprot"],
  ["npx @acme/qbench-emulator --prot 4010", "the option --prot is unknown"],
  ["qbench export orders --until 7d", "the option --until is unknown"],
  ["pnpm qbench export orders --until 7d", "the option --until is unknown"],
  ["pnpm qbench exprot orders", "qbench has no command exprot"],
  ["turbo run deploy", "no package.json has the script deploy"],
  ["turbo run build --forced", "the option --forced is unknown"],
  ["node scripts/verifi.ts", "the file scripts/verifi.ts does not exist"],
  ["node scripts/verify.ts --all", "the option --all is unknown"],
  ["vitest -U", "the option -U is unknown"],
  ["vitest run test/b.test.ts", "the file test/b.test.ts does not exist"],
  ["make all", "the program make is unknown"],
  ["sudo make all", "the program make is unknown"],
] as const)("The wrong command %j is reported with its file and line", ([script, problem]) => {
  expect(inShell(script)).toEqual([`pages/a.md:2: "${script}": ${problem}`]);
  expect(inShell(`pnpm build &&\n\n  X=1 ${script}; pnpm build`)).toEqual([`pages/a.md:4: "${script}": ${problem}`]);
  if (!script.startsWith("sudo") && !script.startsWith("make"))
    expect(check(`# Title\n\nRun \`${script}\`.\n`)).toEqual([`pages/a.md:3: "${script}": ${problem}`]);
});

test("A published README names the packages as the sources do, and the scripts of its own package", () => {
  const path = "packages/client/README.md";
  expect(inShell("npm install @qbench-sdk/client\nnpx @qbench-sdk/cli export orders\npnpm api:update", path)).toEqual(
    [],
  );
  expect(inShell("npm install @qbench-sdk/clients", path)).toEqual([
    `${path}:2: "npm install @qbench-sdk/clients": @qbench-sdk/clients is not published by this repository`,
  ]);
});

test("A file that the reader creates is named outside of the command that runs it", () => {
  expect(inShell("node service.ts")).toEqual(['pages/a.md:2: "node service.ts": the file service.ts does not exist']);
  expect(check("Write `service.ts`:\n\n```sh\nnode service.ts\n```\n")).toEqual([]);
});

test("Code of other languages, and a span that is not a command, are not checked", () => {
  expect(check("`node:fs`, `pnpm`, `npm`, `--all`, `make all`, `const a = 1`\n\n```ts\npnpm bulid\n```\n")).toEqual([]);
  expect(check("```\n > pnpm bulid\n```\n\n    pnpm bulid\n")).toEqual([]);
});

test("The commands of a crontab follow the five fields of the time", () => {
  expect(check("```cron\n0 2 * * 1-6  cd /srv && node scripts/verifi.ts\n```\n")).toEqual([
    'pages/a.md:2: "node scripts/verifi.ts": the file scripts/verifi.ts does not exist',
  ]);
});

test("A shell script is split into its commands, each with its line", () => {
  const script = 'a "b c" \\\n  d\'e\' > f 2>&1 | g <h # i\n$ j $(k l) `m`; n [--o P] "$(q r)"\n( s )';
  expect(parseCommands(script)).toEqual([
    { words: ["a", "b c", "de"], line: 0 },
    { words: ["g"], line: 0 },
    { words: ["j"], line: 2 },
    { words: ["k", "l"], line: 2 },
    { words: ["m"], line: 2 },
    { words: ["q", "r"], line: 2 },
    { words: ["n", "--o", "P", "$(q r)"], line: 2 },
    { words: ["s"], line: 3 },
  ]);
});
