import type { OkStatus } from "openapi-typescript-helpers";

/**
 * Extracts the bodies of the successful responses of an operation. `SuccessResponse` of openapi-typescript-helpers does
 * the same, and costs the compiler 200 instantiations more.
 */
export type SuccessBody<Responses> = BodyOf<Responses[keyof Responses & OkStatus]>;

type BodyOf<Response> = Response extends { content: infer Content } ? Content[keyof Content] : undefined;
