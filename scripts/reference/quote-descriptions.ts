import { toPlainLine } from "../../packages/auth/src/errors/sanitize-text.ts";

/**
 * Quotes the descriptions in generated types, which are texts of a server. TypeDoc would insert or copy files that a tag
 * or a link names, such as `{@include .env}`. The tags that the generator of types writes stay, and links to web pages.
 */
export const quoteDescriptions = (types: string): string =>
  types.replaceAll(/\/\*\*.*?\*\//gs, comment =>
    comment
      .replaceAll("<", "&lt;")
      .replaceAll(/\](?=\((?!https?:)|:)/g, "&#93;")
      .replaceAll(/(?<!^\/\*\* |\n *\* )@|@(?!(?:default|deprecated|enum|example)\b)/g, "&#64;"),
  );

/** Quotes a text of a server on one line of Markdown. */
export const quoteText = (text: string): string =>
  text.replaceAll(/\s+/g, " ").replaceAll(/[^\p{L}\p{N} ,.'/-]/gu, character => `&#${character.codePointAt(0)};`);

/** Quotes a text of a server as code on one line of a Markdown table. */
export const quoteCode = (text: string): string =>
  `\`${toPlainLine(text).replaceAll("`", "'").replaceAll("|", "\\|") || " "}\``;
