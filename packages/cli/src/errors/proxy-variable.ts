/** The variables that name a proxy, by the scheme of the requests. The lower case wins, as in other programs. */
export const PROXY_VARIABLES = { https: ["https_proxy", "HTTPS_PROXY"], http: ["http_proxy", "HTTP_PROXY"] } as const;

/** Returns the variable that names the proxy for https. Without one of its own, https uses the proxy of http. */
export const proxyVariable = (): string | undefined =>
  [...PROXY_VARIABLES.https, ...PROXY_VARIABLES.http].find(name => process.env[name]);
