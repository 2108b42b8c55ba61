// A message names a setting by its option and by the variable that usually holds it, so that whoever reads the log of
// a service finds the place to change without reading its source.
export const BASE_URL = "baseUrl (QBENCH_URL)";
export const CLIENT_ID = "clientId (QBENCH_CLIENT_ID)";
export const CLIENT_SECRET = "clientSecret (QBENCH_CLIENT_SECRET)";

/** Where QBench shows and makes these values (guide rules 1 and 2). */
export const API_CLIENTS_PAGE = "Configuration > Application > Developer > Settings > API Clients";
