import { describe, expect, it } from "vitest";
import { makeLinksAbsolute } from "../publish/absolute-links.ts";

const isFolder = (path: string): boolean => !path.includes(".");
const convert = (markdown: string, repository?: string): string =>
  makeLinksAbsolute(markdown, { folder: "packages/client", repository, isFolder });

describe("The links of a published README", () => {
  it.each([
    [
      "a file beside it",
      "[code](src/index.ts)",
      "[code](https://github.com/acme/sdk/blob/HEAD/packages/client/src/index.ts)",
    ],
    ["a page", "[a](../../docs/recipes.md)", "[a](https://github.com/acme/sdk/blob/HEAD/docs/recipes.md)"],
    [
      "a folder and a heading",
      "[`b`](../types/#fields)",
      "[`b`](https://github.com/acme/sdk/tree/HEAD/packages/types#fields)",
    ],
    [
      "a definition",
      "[a]\n\n[a]: ../auth 'title'",
      '[a]\n\n[a]: https://github.com/acme/sdk/tree/HEAD/packages/auth "title"',
    ],
    ["an image", "![a](a.png)", "![a](https://github.com/acme/sdk/blob/HEAD/packages/client/a.png)"],
    [
      "a page from the top of the repository",
      "[a](/docs/recipes.md)",
      "[a](https://github.com/acme/sdk/blob/HEAD/docs/recipes.md)",
    ],
    [
      "an image that is a link",
      "[![a](a.png)](../types) and [b](b.md)",
      "[![a](https://github.com/acme/sdk/blob/HEAD/packages/client/a.png)](https://github.com/acme/sdk/tree/HEAD/packages/types) and [b](https://github.com/acme/sdk/blob/HEAD/packages/client/b.md)",
    ],
    [
      "a title that is the address",
      '[a](a.md "a.md")',
      '[a](https://github.com/acme/sdk/blob/HEAD/packages/client/a.md "a.md")',
    ],
    [
      "an address with escapes",
      "[a](a\\_b.md) and [c](<c&amp;d.md>)",
      "[a](https://github.com/acme/sdk/blob/HEAD/packages/client/a_b.md) and [c](https://github.com/acme/sdk/blob/HEAD/packages/client/c&d.md)",
    ],
    [
      "a file with a space and a parenthesis",
      "[a](<a (b.md>)",
      "[a](<https://github.com/acme/sdk/blob/HEAD/packages/client/a (b.md>)",
    ],
    ["no text", "[](a.md)", "[](https://github.com/acme/sdk/blob/HEAD/packages/client/a.md)"],
    ["its own address", "[a.md](a.md)", "[a.md](https://github.com/acme/sdk/blob/HEAD/packages/client/a.md)"],
  ])("lead to the repository: %s", (_, markdown, expected) => {
    expect(convert(`Before. ${markdown}`, "https://github.com/acme/sdk")).toBe(`Before. ${expected}`);
  });

  it.each([
    "[a](#heading)",
    "[a](https://example.com/a)",
    "<mailto:a@example.com>",
    "`[a](b.md)`",
    "```\n[a](b.md)\n```",
  ])("stay as they are: %s", markdown => {
    expect(convert(markdown, "https://github.com/acme/sdk")).toBe(markdown);
  });

  it.each([
    [
      "See [the **types**](../types) and [more](https://a.example).",
      "See the **types** and [more](https://a.example).",
    ],
    ["[![a](a.png)](../types) [](b.md)!", "a !"],
    ["[a] and [b][a] ![c][a]\n\n[a]: ../auth", "a and b c\n\n"],
  ])("become their texts without a repository: %s", (markdown, expected) => {
    expect(convert(markdown)).toBe(expected);
  });

  it.each([
    ["https://gitlab.acme.example/lab/sdk", "https://gitlab.acme.example/lab/sdk/-/blob/HEAD/docs/recipes.md"],
    ["https://bitbucket.org/acme/sdk", "https://bitbucket.org/acme/sdk/src/HEAD/docs/recipes.md"],
    ["https://dev.azure.com/acme/lab/_git/sdk", "https://dev.azure.com/acme/lab/_git/sdk?path=/docs/recipes.md"],
    ["https://github.com/gitlab/sdk", "https://github.com/gitlab/sdk/blob/HEAD/docs/recipes.md"],
  ])("have the form that %s uses", (repository, url) => {
    expect(convert("[a](../../docs/recipes.md)", repository)).toBe(`[a](${url})`);
  });
});
