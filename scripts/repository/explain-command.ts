import { posix } from "node:path";
import { installedCommands, type KnownCommands } from "./known-commands.ts";
import { parseCommands } from "./parse-commands.ts";
import type { Code } from "./parse-markdown.ts";
import {
  NPM_OPTIONS,
  OTHER_PACKAGES,
  PNPM_COMMANDS,
  PNPM_OPTIONS,
  STANDARD_PROGRAMS,
  WRAPPERS,
} from "./standard-commands.ts";

/** The scope of the company in the documents of this repository. */
const COMPANY_SCOPE = "@acme/qbench-";

/**
 * Returns a function that explains what is wrong with a command in a document, or returns undefined if it exists.
 *
 * @param path the path of the document
 * @param code all code of the document
 */
export function createExplain(
  path: string,
  code: readonly Code[],
  known: KnownCommands,
): (words: readonly string[]) => string | undefined {
  const folder = posix.dirname(path);
  // The packages' READMEs are published. There, the packages have the names and the registry of the company.
  const isPublished = /^packages\/[\w-]+\/README\.md$/.test(path) && known.scripts(folder).build !== undefined;
  /** A file that the reader creates: the document names it outside of this command. */
  const mentioned = new Set(code.filter(({ language }) => language === undefined).map(({ text }) => text));

  const explain = (words: readonly string[]): string | undefined => {
    const [program = "", ...args] = words;
    const wrapped = WRAPPERS[program];
    if (wrapped) {
      const start = args.findIndex(each => !wrapped.test(each));
      return start < 0 ? undefined : explain(args.slice(start));
    }
    if (program === "pnpm") return explainPnpm(args);
    if (program === "npm") return explainNpm(args);
    if (program === "npx") return explainNpx(args);
    if (program === "node") return explainNode(args);
    if (installedCommands(known).has(program)) return explainCommand(program, args);
    if (known.programs.has(program)) return explainProgram(program, args);
    return STANDARD_PROGRAMS.has(program) ? undefined : `the program ${program} is unknown`;
  };

  /** Checks `pnpm X`: a script, a command of pnpm, or a program of an installed package. */
  function explainPnpm(words: readonly string[]): string | undefined {
    const args = withoutFlags(words, PNPM_OPTIONS, ["--filter", "--dir", "-F", "-C"]);
    const [name = "", ...rest] = args[0] === "run" || args[0] === "exec" ? args.slice(1) : args;
    const scripts = args[0] === "exec" ? {} : { ...known.scripts(folder), ...known.scripts("") };
    if (name === "" || isPlaceholder(name)) return undefined;
    const script = scripts[name];
    if (script !== undefined && args[0] === name && PNPM_COMMANDS.has(name))
      return `pnpm has a command ${name} of its own. The script needs pnpm run ${name}`;
    if (script !== undefined) return explainScript(script, rest);
    if (args[0] === "run") return `no package.json has the script ${name}`;
    if (name === "dlx") return explainNpx(rest);
    if (PNPM_COMMANDS.has(name) && args[0] === name) {
      const problem = name === "add" ? explainPackages(rest) : undefined;
      return problem ?? explainOptions(rest, option => PNPM_OPTIONS.has(option));
    }
    if (known.programs.has(name)) return explainProgram(name, rest);
    return `pnpm has no command ${name}, and no package.json has such a script`;
  }

  function explainNpm(words: readonly string[]): string | undefined {
    const args = withoutFlags(words, NPM_OPTIONS, []);
    const [command = "", ...rest] = args;
    const scripts = { ...known.scripts(folder), ...known.scripts("") };
    const name =
      command === "run"
        ? rest.find(each => !each.startsWith("-"))
        : /^(?:start|test)$/.test(command)
          ? command
          : undefined;
    if (name !== undefined) {
      const script = scripts[name];
      if (script === undefined) return `no package.json has the script ${name}`;
      // npm takes the options before the separator.
      const separator = rest.indexOf("--");
      return separator < 0 ? undefined : explainScript(script, rest.slice(separator + 1));
    }
    if (command === "") return undefined;
    const commands =
      known
        .help(["npm"])
        .split("All commands:")[1]
        ?.split(/[\s,]+/) ?? [];
    if (!commands.includes(command)) return `npm has no command ${command}`;
    const problem = /^(?:add|i|install|update)$/.test(command) ? explainPackages(rest) : undefined;
    const help = ["npm", command];
    return problem ?? explainOptions(rest, option => NPM_OPTIONS.has(option) || hasOption(known.help(help), option));
  }

  function explainNpx(words: readonly string[]): string | undefined {
    const [name = "", ...args] = withoutFlags(words, NPM_OPTIONS, []);
    // A program of a package with another name, such as tsc, is one that the reader has installed.
    const isProgram = known.programs.has(name) && !installedCommands(known).has(name);
    const problem = isProgram ? undefined : explainPackage(name);
    if (problem !== undefined) return problem;
    const source = sourceNameOf(name);
    if (source === undefined) return name.startsWith("pnpm@") ? explainPnpm(args) : undefined;
    const command = known.published.get(source);
    return command === undefined ? `${name} has no command` : explainCommand(command, args);
  }

  /** Checks the packages among the arguments of an installation. */
  function explainPackages(args: readonly string[]): string | undefined {
    const packages = args.filter(each => !each.startsWith("-"));
    return packages.map(explainPackage).find(problem => problem !== undefined);
  }

  function explainPackage(spec: string): string | undefined {
    if (/^[.~/]|^file:|^https?:|\.tgz$/.test(spec)) return undefined;
    const name = spec.replace(/(?<=.)@.*/, "");
    const source = sourceNameOf(name);
    if (source === undefined)
      return known.installed.has(name) || OTHER_PACKAGES.has(name) ? undefined : `the package ${name} is unknown`;
    if (!known.published.has(source)) return `${name} is not published by this repository`;
    if (name === source && !isPublished)
      return `${name} is in no registry. Use the name under a company's scope, such as ${COMPANY_SCOPE}client`;
    return undefined;
  }

  function explainNode(args: readonly string[]): string | undefined {
    const start = args.findIndex(
      (each, index) => !each.startsWith("-") && !/^(?:-r|--import|--require)$/.test(args[index - 1] ?? ""),
    );
    const flags = start < 0 ? args : args.slice(0, start);
    const problem = explainOptions(flags, option => hasOption(known.help(["node"]), option));
    if (problem !== undefined || start < 0 || /^(?:-e|-p|--eval|--print|--test)$/.test(flags.at(-1) ?? ""))
      return problem;
    const [file = "", ...rest] = args.slice(start);
    const found = [posix.join(folder, file), posix.normalize(file)].find(each => known.paths.has(each));
    const command = known.sources.get(found ?? "");
    if (command !== undefined) return explainCommand(command, rest);
    if (found !== undefined)
      return explainOptions(rest, option => hasOption(known.help(["node", ...flags, found]), option));
    return mentioned.has(file) || /dist\//.test(file) ? undefined : `the file ${file} does not exist`;
  }

  /** Checks the arguments of a command that a published package installs. */
  function explainCommand(command: string, args: readonly string[]): string | undefined {
    const subcommands = /^Commands:\n((?: .*\n)+)/m.exec(known.help([command]))?.[1];
    const [name = ""] = args;
    if (subcommands === undefined || name.startsWith("-") || name === "")
      return explainOptions(args, option => hasOption(known.help([command]), option));
    const names = [...subcommands.matchAll(/^ {2}(\w+)/gm)].map(match => match[1]);
    if (!names.includes(name) && !isPlaceholder(name)) return `${command} has no command ${name}`;
    return explainOptions(args.slice(1), option => hasOption(known.help([command, name]), option));
  }

  function explainProgram(program: string, args: readonly string[]): string | undefined {
    if (program === "turbo" && args[0] === "run") {
      const tasks = args.slice(1).filter(each => !each.startsWith("-"));
      const scripts = folders(known.paths).flatMap(each => Object.keys(known.scripts(each)));
      const unknown = tasks.find(task => !scripts.includes(task));
      if (unknown !== undefined) return `no package.json has the script ${unknown}`;
    }
    const file = args.find(each => /\.(?:[cm]?[jt]s|json)$/.test(each) && !each.startsWith("-"));
    if (file !== undefined && ![...known.paths].some(each => `/${each}`.endsWith(`/${file}`)))
      return `the file ${file} does not exist`;
    const help = args[0] === undefined || args[0].startsWith("-") ? [program] : [program, args[0]];
    return explainOptions(
      args,
      option => hasOption(known.help(help), option) || hasOption(known.help([program]), option),
    );
  }

  /** Checks the arguments that a script gets: those of its last command. */
  function explainScript(script: string, args: readonly string[]): string | undefined {
    const words = parseCommands(script).at(-1)?.words ?? [];
    return args.length > 0 ? explain([...words, ...args]) : undefined;
  }

  return explain;
}

/** Returns the first problem with an option. Options after a separator are those of another program. */
function explainOptions(args: readonly string[], isKnown: (option: string) => boolean): string | undefined {
  const separator = args.indexOf("--");
  const options = (separator < 0 ? args : args.slice(0, separator)).filter(each =>
    /^--?[a-z][\w-]*(?:=|$)/i.test(each),
  );
  const unknown = options.map(each => each.replace(/=.*/s, "")).find(option => !isKnown(option));
  return unknown === undefined ? undefined : `the option ${unknown} is unknown`;
}

/** Returns true if a help text has an option, such as `--yes` in `[-y|--yes]`. */
function hasOption(help: string, option: string): boolean {
  const found: readonly string[] = help.match(/(?<![\w-])--?[a-z][\w-]*/gi) ?? [];
  return option === "--help" || found.includes(option);
}

/** Removes the options before the first argument, with the values of some of them. */
function withoutFlags(
  args: readonly string[],
  flags: ReadonlySet<string>,
  withValue: readonly string[],
): readonly string[] {
  const [first = "", ...rest] = args;
  if (!flags.has(first.replace(/=.*/s, ""))) return args;
  return withoutFlags(withValue.includes(first) ? rest.slice(1) : rest, flags, withValue);
}

/** Returns the name in the sources of a package of this repository, which a company publishes under its own scope. */
function sourceNameOf(name: string): string | undefined {
  const bare = name.replace(/(?<=.)@.*/, "");
  if (bare.startsWith("@qbench-sdk/")) return bare;
  return bare.startsWith(COMPANY_SCOPE) ? `@qbench-sdk/${bare.slice(COMPANY_SCOPE.length)}` : undefined;
}

/** Returns true for a word that stands for others, as in `pnpm qbench COMMAND`. */
const isPlaceholder = (word: string): boolean => /^[A-Z]+$/.test(word);

const folders = (paths: ReadonlySet<string>): string[] =>
  [...paths].filter(path => posix.basename(path) === "package.json").map(path => path.replace(/\/?package\.json$/, ""));
