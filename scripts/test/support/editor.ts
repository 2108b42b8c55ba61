import { join } from "node:path";
import ts from "typescript";
import { createLanguageService } from "../../types/measure/create-language-service.ts";

interface Completion {
  name: string;
  /** The type, as the list of an editor shows it. */
  type: string;
  description: string;
}

/** An editor with a program, in which comments such as `/*call*\/` mark positions. */
export interface Editor {
  /** The type and the description of the name after a mark. */
  hover(mark: string): { type: string; description: string };
  /** The signatures of the call around a mark, as an editor shows them while the call is written. */
  signatures(mark: string): { signature: string; description: string }[];
  completions(mark: string): Completion[];
  /** The messages of the compiler. */
  errors(): string[];
  /** The declarations of what the program exports, as the compiler writes them for a package. */
  declarations(): string[];
  /** The number of types that the compiler has created from generic types. */
  instantiations(): number;
}

let opened = 0;

/** Opens a program in an editor, in a folder from which the packages are found. */
export function openEditor(program: string): Editor {
  const path = join(import.meta.dirname, `edited-${opened++}.ts`);
  const service = createLanguageService(import.meta.dirname, { path, text: () => program, version: () => 1 });
  const positionOf = (mark: string): number => {
    const comment = `/*${mark}*/`;
    const start = program.indexOf(comment);
    if (start === -1) throw new Error(`The program has no mark ${comment}`);
    return start + comment.length;
  };
  const textOf = (parts: ts.SymbolDisplayPart[] | undefined): string => ts.displayPartsToString(parts);
  const errors = (): string[] =>
    service.getSemanticDiagnostics(path).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
  return {
    hover(mark) {
      const info = service.getQuickInfoAtPosition(path, positionOf(mark));
      return { type: textOf(info?.displayParts), description: textOf(info?.documentation) };
    },
    signatures(mark) {
      const help = service.getSignatureHelpItems(path, positionOf(mark), undefined);
      return (help?.items ?? []).map(item => ({
        signature: [
          textOf(item.prefixDisplayParts),
          item.parameters.map(({ displayParts }) => textOf(displayParts)).join(textOf(item.separatorDisplayParts)),
          textOf(item.suffixDisplayParts),
        ].join(""),
        description: textOf(item.documentation),
      }));
    },
    completions(mark) {
      const position = positionOf(mark);
      const entries = service.getCompletionsAtPosition(path, position, undefined)?.entries ?? [];
      return entries.map(({ name, source, data }) => {
        const details = service.getCompletionEntryDetails(path, position, name, undefined, source, undefined, data);
        return { name, type: textOf(details?.displayParts), description: textOf(details?.documentation) };
      });
    },
    errors,
    declarations() {
      const [file] = service.getEmitOutput(path, true, true).outputFiles;
      return (file?.text ?? "").split("\n").filter(line => line.startsWith("export declare"));
    },
    instantiations() {
      errors();
      return service.getProgram()?.getInstantiationCount() ?? Number.NaN;
    },
  };
}
