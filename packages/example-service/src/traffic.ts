import type { FetchLike } from "@qbench-sdk/client";

/** Counts token requests and API requests. */
export interface Traffic {
  tokenRequests: number;
  apiRequests: number;
  fetch: FetchLike;
}

/** Creates a `fetch` that counts its requests. */
export function countTraffic(): Traffic {
  const traffic: Traffic = {
    tokenRequests: 0,
    apiRequests: 0,
    fetch(request, init) {
      if (new URL(request.url).pathname.includes("/auth/token")) traffic.tokenRequests++;
      else traffic.apiRequests++;
      return fetch(request, init);
    },
  };
  return traffic;
}
