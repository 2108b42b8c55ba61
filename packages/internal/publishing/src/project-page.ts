/** A kind of project that a page describes: a section with commands. */
export interface ProjectRecipe {
  title: string;
  /** The blocks of code below a line with the path of a file, in this section and in those around it. */
  files: Readonly<Record<string, string>>;
  /** The lines of the section's block of shell commands. */
  commands: readonly string[];
}

interface Section {
  level: number;
  title: string;
  files: Record<string, string>;
  commands: string[];
}

const heading = /^(#+) (.+)$/;
const block = /^(?:`([^`]+)`\n\n)?```(\w+)\n([\s\S]*?)^```$/gm;

/**
 * Reads the recipes of a page. A section inherits the files of the sections around it, and the files of the section
 * named `defaults`.
 */
export function readProjectRecipes(page: string, defaults: string): ProjectRecipe[] {
  const sections = page.split(/^(?=#+ )/m).map(readSection);
  const shared = sections.find(({ title }) => title === defaults)?.files;
  return sections.flatMap(({ title, commands, files, level }, index) => {
    if (commands.length === 0) return [];
    const around = sections.slice(0, index).filter((each, i) => {
      const until = sections.slice(i + 1, index).map(next => next.level);
      return each.level < level && until.every(next => next > each.level);
    });
    return [{ title, commands, files: Object.assign({}, ...around.map(each => each.files), shared, files) }];
  });
}

function readSection(text: string): Section {
  const [, hashes = "", title = ""] = heading.exec(text.split("\n", 1)[0] ?? "") ?? [];
  const section: Section = { level: hashes.length, title, files: {}, commands: [] };
  for (const [, path, language, code = ""] of text.matchAll(block)) {
    if (path !== undefined) section.files[path] = code;
    else if (language === "sh") section.commands.push(...code.trim().split("\n"));
  }
  return section;
}
