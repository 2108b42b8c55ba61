import { SignJWT } from "jose";
import { createEmulator, type Emulator, type EmulatorOptions } from "../../src/index.js";

/** Returns a clock that stands still until a test advances it. */
const testClock = (start = Date.UTC(2026, 5, 1, 12, 0)) => {
  let time = start;
  return {
    now: () => time,
    advance(ms: number) {
      time += ms;
    },
  };
};

export const grantType = "urn:ietf:params:oauth:grant-type:jwt-bearer";
export const base = "https://lab.example/qbench/api/v2";

interface AssertionParts {
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  secret?: string;
  issuedAt?: number;
  lifetime?: number;
}

/** Creates an emulator with one API client, and functions that send requests as that client. */
export function createTestEmulator(options: EmulatorOptions = {}) {
  const clock = testClock();
  const emulator: Emulator = createEmulator({ clock, ...options });
  const [client] = emulator.clients.list();
  if (!client) throw new Error("the emulator has no API client");

  const assertion = ({ header, claims, secret, issuedAt, lifetime = 600 }: AssertionParts = {}): Promise<string> => {
    const iat = issuedAt ?? Math.floor(clock.now() / 1000);
    return new SignJWT({ sub: client.id, iat, exp: iat + lifetime, ...claims })
      .setProtectedHeader({ alg: "HS256", typ: "JWT", ...header })
      .sign(new TextEncoder().encode(secret ?? client.secret));
  };
  const post = (path: string, body: BodyInit, headers: Record<string, string> = {}): Promise<Response> =>
    emulator.fetch(new Request(`https://lab.example${path}`, { method: "POST", body, headers }));
  const exchange = async (parts?: AssertionParts, path = "/qbench/api/v2/auth/token"): Promise<Response> =>
    post(path, new URLSearchParams({ grant_type: grantType, assertion: await assertion(parts) }));
  const refresh = (refreshToken: string, jid: string): Promise<Response> =>
    post("/qbench/api/v2/auth/token/refresh", new URLSearchParams({ refresh_token_id: refreshToken }), {
      Cookie: `jid=${jid}`,
    });

  let accessToken: string | undefined;
  const token = async (): Promise<string> => {
    accessToken ??= ((await (await exchange()).json()) as { access_token: string }).access_token;
    return accessToken;
  };
  const request = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await emulator.fetch(
      new Request(`${base}${path}`, {
        method,
        headers: { Authorization: `Bearer ${await token()}`, "Content-Type": "application/json", ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
    const text = await response.text();
    const { status, headers: received } = response;
    const isText = received.get("Content-Type")?.startsWith("text/");
    return { status, headers: received, body: text === "" ? undefined : isText ? text : JSON.parse(text) };
  };
  return { emulator, clock, client, assertion, exchange, refresh, post, token, request };
}

/** Returns the value of the cookie `jid` that a response sets. */
export const jidOf = (response: Response): string =>
  /^jid=([^;]*)/.exec(response.headers.getSetCookie().find(cookie => cookie.startsWith("jid=")) ?? "")?.[1] ?? "";
