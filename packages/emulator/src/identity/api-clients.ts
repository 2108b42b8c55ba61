import type { Random } from "../records/random.js";
import { allScopes, type Scope } from "./scopes.js";

export interface ApiClientOptions {
  name?: string;
  /** Only "Server-Side Web Application" may exchange assertions (vendor guide rule 1). */
  type?: string;
  /** The origin of a browser application; leave it out for server to server. */
  corsOrigin?: string;
  /** Default: every operation. */
  scopes?: readonly Scope[];
  /** Default: made from the seed, as QBench makes them when a client is saved (vendor guide rule 2). */
  id?: string;
  secret?: string;
}

export interface ApiClient {
  readonly id: string;
  readonly secret: string;
  readonly name: string;
  readonly type: string;
  readonly corsOrigin?: string;
  readonly scopes: readonly Scope[];
}

export interface ApiClients {
  create(options?: ApiClientOptions): ApiClient;
  get(id: string): ApiClient | undefined;
  list(): ApiClient[];
  /** A new secret in place of the old one, which no longer signs. */
  rotateSecret(id: string): ApiClient;
  remove(id: string): boolean;
}

export const serverSide = "Server-Side Web Application";

export function createApiClients(
  random: Random,
  onChange: (client: ApiClient) => void,
  onRemove: (id: string) => void,
): ApiClients {
  const clients = new Map<string, ApiClient>();
  const save = (client: ApiClient): ApiClient => {
    clients.set(client.id, client);
    onChange(client);
    return client;
  };
  return {
    create(options = {}) {
      return save({
        id: options.id ?? random.uuid(),
        secret: options.secret ?? random.hex(64),
        name: options.name ?? "Emulated client",
        type: options.type ?? serverSide,
        scopes: options.scopes ?? allScopes,
        ...(options.corsOrigin !== undefined && { corsOrigin: options.corsOrigin }),
      });
    },
    get: id => clients.get(id),
    list: () => [...clients.values()],
    rotateSecret(id) {
      const client = clients.get(id);
      if (!client) throw new Error(`There is no API client ${id}`);
      return save({ ...client, secret: random.hex(64) });
    },
    remove(id) {
      onRemove(id);
      return clients.delete(id);
    },
  };
}
