// Messages name a setting by its option and by the variable that usually holds it. So the reader of a log finds what to
// change without reading the source of the service.
export const BASE_URL = "baseUrl (QBENCH_URL)";
export const CLIENT_ID = "clientId (QBENCH_CLIENT_ID)";
export const CLIENT_SECRET = "clientSecret (QBENCH_CLIENT_SECRET)";

/** Where QBench creates and shows these values (docs/qbench-api.md §2). */
export const API_CLIENTS_PAGE = "Configuration > Application > Developer > Settings > API Clients";
