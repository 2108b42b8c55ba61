/** Counts what goes over the wire: calls for tokens, and calls of the API. */
export interface Traffic {
  tokenCalls: number;
  apiCalls: number;
  fetch(request: Request): Promise<Response>;
}

export function countTraffic(): Traffic {
  const traffic: Traffic = {
    tokenCalls: 0,
    apiCalls: 0,
    fetch(request) {
      if (new URL(request.url).pathname.includes("/auth/token")) traffic.tokenCalls++;
      else traffic.apiCalls++;
      return fetch(request);
    },
  };
  return traffic;
}
