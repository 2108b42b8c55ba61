/** The base path of every API operation (docs/qbench-api.md §1). */
export const apiPath = "/qbench/api/v2";

/** The endpoint that exchanges an assertion for tokens (docs/qbench-api.md §3.2). */
export const tokenPath: string = `${apiPath}/auth/token`;

/** The endpoint that exchanges a refresh token for new tokens (docs/qbench-api.md §3.3). */
export const refreshPath: string = `${tokenPath}/refresh`;

/** The token endpoint from before v2, whose tokens the v2 operations accept (docs/qbench-api.md §3.2). */
export const olderTokenPath = "/qbench/oauth2/v1/token";

/** The parent path of the docs pages. The id of the API client follows (docs/qbench-api.md §1). */
export const docsPath: string = `${apiPath}/docs/openapi`;

/** Swagger UI's own files. */
export const assetPath = "/qbench/static/swagger-ui";

/** The login page of the web application. */
export const loginPath = "/login";

/** The files that presigned URLs point to, on the emulator's own origin. */
export const storagePath = "/emulated-s3/";
