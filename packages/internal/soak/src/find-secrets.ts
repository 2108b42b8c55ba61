/** Each form that a secret of the emulator has. Ids of API clients look like access tokens, so no process writes them. */
const forms: readonly (readonly [name: string, form: RegExp])[] = [
  ["an access token or a refresh token", /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/],
  ["a client secret", /\b[0-9a-f]{64}\b/],
  ["a JWT", /(?<![\w-])eyJ[\w-]+\.[\w-]+\./],
  ["the signature of a presigned URL", /Signature=\w/],
  ["the token of a presigned URL", /x-amz-security-token=\w/],
];

/** Returns the kinds of secrets that a text contains, and never a secret itself. */
export const findSecrets = (text: string): string[] => forms.flatMap(([name, form]) => (form.test(text) ? [name] : []));
