import type { FetchLike } from "@qbench-sdk/client";

/** Counts what goes over the wire: calls for tokens, and calls of the API. */
export interface Traffic {
  tokenCalls: number;
  apiCalls: number;
  fetch: FetchLike;
}

export function countTraffic(): Traffic {
  const traffic: Traffic = {
    tokenCalls: 0,
    apiCalls: 0,
    fetch(request, init) {
      if (new URL(request.url).pathname.includes("/auth/token")) traffic.tokenCalls++;
      else traffic.apiCalls++;
      return fetch(request, init);
    },
  };
  return traffic;
}
