/** Sends requests through the proxy of the environment, in any version of Node. */
import { EnvHttpProxyAgent, setGlobalDispatcher } from "undici";

setGlobalDispatcher(new EnvHttpProxyAgent());
await import("./in-network.ts");
