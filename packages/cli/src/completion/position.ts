import type { CommandUnknownOpts, Option } from "@commander-js/extra-typings";

/** The place of the cursor in a command line. */
export interface Position {
  /** The command that the words name, or the program if they name none. */
  command: CommandUnknownOpts;
  /** The arguments of the command before the cursor. */
  args: readonly string[];
  /** The options before the cursor, each with its value. */
  given: readonly GivenOption[];
  /** The option whose value is at the cursor. */
  option?: Option | undefined;
  /** The part of the current word before the value, such as `--format=`. */
  prefix: string;
  /** The text to complete: the current word up to the cursor, without the prefix. */
  text: string;
  /** False after `--`. */
  allowsOptions: boolean;
}

interface GivenOption {
  option: Option;
  value?: string | undefined;
}

/** Finds the place of the cursor in a command line. The cursor is at the end of the last word, which can be empty. */
export function findPosition(program: CommandUnknownOpts, words: readonly string[]): Position {
  let command = program;
  let allowsOptions = true;
  let open: Option | undefined;
  const args: string[] = [];
  const given: GivenOption[] = [];
  for (const word of words.slice(0, -1)) {
    if (open) {
      given.push({ option: open, value: word });
      open = undefined;
    } else if (allowsOptions && word === "--") allowsOptions = false;
    else if (allowsOptions && isOption(word)) {
      const found = readOption(command, word);
      if (found?.option.required && found.value === undefined) open = found.option;
      else if (found) given.push(found);
    } else {
      const next = args.length === 0 ? command.commands.find(each => each.name() === word) : undefined;
      if (next) command = next;
      else args.push(word);
    }
  }
  const text = words.at(-1) ?? "";
  const position = { command, args, given, allowsOptions };
  if (open) return { ...position, option: open, prefix: "", text };
  const attached = allowsOptions && isOption(text) ? readOption(command, text) : undefined;
  if (attached?.value === undefined || !attached.option.required) return { ...position, prefix: "", text };
  const prefix = text.slice(0, text.length - attached.value.length);
  return { ...position, option: attached.option, prefix, text: attached.value };
}

/** Returns true for `-f` and `--format`, but not for `-`, which stands for stdin. */
const isOption = (word: string): boolean => word.length > 1 && word.startsWith("-");

/** Reads `--format`, `--format=csv`, `-f`, `-fid=1` and `-qf`: an option, with the value that is attached to it. */
function readOption(command: CommandUnknownOpts, word: string): GivenOption | undefined {
  const { options } = command;
  if (word.startsWith("--")) {
    const [, name, value] = /^([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    const option = options.find(({ long }) => long === name);
    return option && { option, value };
  }
  for (let end = 1; end < word.length; end++) {
    const option = options.find(({ short }) => short === `-${word[end]}`);
    const rest = word.slice(end + 1);
    if (!option || rest === "") return option && { option };
    if (option.required) return { option, value: rest };
  }
  return undefined;
}
