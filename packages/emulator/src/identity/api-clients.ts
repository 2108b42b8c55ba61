import { checkList, checkMembers, type MemberRule, text } from "../options/check-members.js";
import type { Random } from "../records/random.js";
import { allScopes, isScope, type Scope } from "./scopes.js";

/**
 * The settings of a new API client.
 *
 * @example
 * ```ts
 * const client = emulator.clients.create({ name: "Nightly export", scopes: ["GET /orders*", "GET /tests*"] });
 * ```
 */
export interface ApiClientOptions {
  /** Default: "Emulated client". */
  name?: string;
  /**
   * Only the default, "Server-Side Web Application", can exchange assertions (docs/qbench-api.md §2). The emulator
   * rejects those of other types with `unauthorized_client`.
   */
  type?: string;
  /** The origin of a browser application. Leave it out for server-to-server use. */
  corsOrigin?: string;
  /** The operations that the client may call. Default: all. */
  scopes?: readonly Scope[];
  /** Default: a UUID made from the emulator's `seed`. */
  id?: string;
  /** Default: 64 hex digits made from the emulator's `seed`. */
  secret?: string;
}

/** A registered API client. It changes only through {@link ApiClients}. */
export interface ApiClient {
  /** The client id, which assertions name as their issuer. */
  readonly id: string;
  /** The secret that signs assertions. */
  readonly secret: string;
  /** The name that QBench shows. */
  readonly name: string;
  /** The kind of application, such as "Server-Side Web Application". */
  readonly type: string;
  /** The origin of a browser application. */
  readonly corsOrigin?: string;
  /** The operations that the client may call. */
  readonly scopes: readonly Scope[];
}

/**
 * The API clients of an emulator.
 *
 * @example
 * ```ts
 * const { id } = emulator.clients.create({ name: "Nightly export" });
 * const { secret } = emulator.clients.rotateSecret(id);
 * ```
 */
export interface ApiClients {
  /**
   * Registers a client. A client with the same id is replaced.
   *
   * @throws Error if one of the options is unknown or invalid
   */
  create(options?: ApiClientOptions): ApiClient;
  /** Returns the client with an id, or undefined if it does not exist. */
  get(id: string): ApiClient | undefined;
  /** Returns all clients in the order of their creation. */
  list(): ApiClient[];
  /** Replaces the secret of a client. Assertions that the old secret signed are rejected from then on. */
  rotateSecret(id: string): ApiClient;
  /** Deletes a client. Returns false if it does not exist. */
  remove(id: string): boolean;
}

export const serverSide = "Server-Side Web Application";

const rules: Readonly<Record<keyof ApiClientOptions, MemberRule>> = {
  name: text,
  type: text,
  corsOrigin: text,
  scopes: {
    expected: 'a list of texts with a method or *, a space and a path, such as "GET /orders*"',
    isValid: value => Array.isArray(value) && value.every(isScope),
  },
  id: { expected: "a text that is not empty", isValid: value => typeof value === "string" && value !== "" },
  secret: { expected: "a text that is not empty", isValid: value => typeof value === "string" && value !== "" },
};

/**
 * Creates the registry of API clients with its first ones.
 *
 * @throws OptionError if one of them is invalid
 */
export function createApiClients(
  initial: readonly ApiClientOptions[],
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
  const create = (options: ApiClientOptions, place: string): ApiClient => {
    checkMembers("clients", place, options, rules);
    return save({
      id: options.id ?? random.uuid(),
      secret: options.secret ?? random.hex(64),
      name: options.name ?? "Emulated client",
      type: options.type ?? serverSide,
      scopes: options.scopes ?? allScopes,
      ...(options.corsOrigin !== undefined && { corsOrigin: options.corsOrigin }),
    });
  };
  checkList("clients", initial);
  initial.forEach((client, index) => {
    create(client, `clients[${index}]`);
  });
  return {
    create: (options = {}) => create(options, "client"),
    get: id => clients.get(id),
    list: () => [...clients.values()],
    rotateSecret(id) {
      const client = clients.get(id);
      if (!client)
        throw new Error(
          `rotateSecret failed: no API client has the id "${id}". clients.list() returns the known ones.`,
        );
      return save({ ...client, secret: random.hex(64) });
    },
    remove(id) {
      onRemove(id);
      return clients.delete(id);
    },
  };
}
