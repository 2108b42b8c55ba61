import { createEmulator } from "@qbench-sdk/emulator";
import { expect, test } from "vitest";
import { findSecrets } from "../src/find-secrets.ts";

const [client] = createEmulator().clients.list();

test.each([
  ["an access token or a refresh token", `Bearer ${crypto.randomUUID()}`],
  ["a client secret", `secret: '${client?.secret}'`],
  ["a JWT", "assertion=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl"],
  ["the signature of a presigned URL", "/a.pdf?AWSAccessKeyId=ASIA&Signature=a%2Fb"],
  ["the token of a presigned URL", "&x-amz-security-token=IQoJ"],
])("finds %s in the output of a process", (kind, output) => {
  expect(findSecrets(`{ ${output} }`)).toEqual([kind]);
});

test("finds no secret in an error message with the token of an incident", () => {
  expect(findSecrets("GET /orders failed: 404 NotFoundError. error_token 1f3a5c7e9b1d3f50")).toEqual([]);
});
