/** A command of a shell: the program and its arguments, without quotes. */
export interface ShellCommand {
  words: readonly string[];
  /** The number of its line in the script, from 0. */
  line: number;
}

/**
 * Returns the commands of a shell script: also those that are joined by operators, and those inside of `$(…)`. Leaves out
 * comments, redirections, variables that are set, and the texts of here-documents. Unlike a shell, it accepts the notation
 * of documents: `$ ` before a command, `<file>`, and `[--option]`.
 */
export function parseCommands(script: string): ShellCommand[] {
  const commands: ShellCommand[] = [];
  let line = 0;
  let end: string | undefined;
  // A line that is continued is parsed as one line. A vertical tab is white space, and counts the lines.
  for (const text of script.replaceAll(/\\\n/g, "\v").split("\n")) {
    if (end === undefined) {
      const { found, hereDocument } = parseLine(text.replace(/^\s*\$ /, ""));
      commands.push(...found.map(words => ({ words, line })));
      end = hereDocument;
    } else if (text.trim() === end) end = undefined;
    line += text.split("\v").length;
  }
  return commands;
}

function parseLine(text: string): { found: string[][]; hereDocument: string | undefined } {
  const found: string[][] = [];
  let words: string[] = [];
  let word: string | undefined;
  let isTarget = false;
  let hereDocument: string | undefined;
  const endWord = (): void => {
    if (word === undefined) return;
    if (!isTarget) words.push(withoutBrackets(word));
    isTarget = false;
    word = undefined;
  };
  const endCommand = (): void => {
    endWord();
    const start = words.findIndex(each => !/^\w+=/.test(each));
    if (start >= 0) found.push(words.slice(start));
    words = [];
  };
  for (const [token] of text.matchAll(TOKEN)) {
    if (/^\s/.test(token)) endWord();
    else if (token.startsWith("#") && word === undefined) break;
    else if (token.startsWith("'")) word = (word ?? "") + token.slice(1, -1);
    else if (token.startsWith('"')) {
      word = (word ?? "") + token.slice(1, -1);
      for (const [, inner = ""] of token.matchAll(/\$\(([^()]*)\)/g)) found.push(...parseLine(inner).found);
    } else if (token.startsWith("<<")) hereDocument = token.replaceAll(/[<'"\s-]/g, "");
    else if (/^(?:\d?>|&>|<$)/.test(token)) {
      endWord();
      isTarget = !/&\d$/.test(token);
    } else if (/^(?:[|;&()`]|\$\()/.test(token)) endCommand();
    else word = (word ?? "") + token.replaceAll(/\\(.)/g, "$1");
  }
  endCommand();
  return { found, hereDocument };
}

/** `[--client NAME]` is an optional part. */
const withoutBrackets = (word: string): string => word.replace(/^\[(?=.)/, "").replace(/(?<=.)\]$/, "");

const TOKEN =
  /\s+|"(?:[^"\\]|\\.)*"|'[^']*'|<<-?\s*['"]?\w+['"]?|<[a-z][\w -]*>|&>|\d?>>?(?:&\d)?|<|&&|\|\|?|;|&|\$\(|[()`]|#|\\.|\$|[^\s"'<>|;&()`#\\$]+|./gs;
