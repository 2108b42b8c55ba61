/** What one exchange yields, and what a store keeps. Times are milliseconds since the epoch. */
export interface TokenSet {
  /** Opaque; goes into `Authorization: Bearer`. */
  readonly accessToken: string;
  readonly tokenType: "Bearer";
  /** When the access token expires, counted from before the exchange was sent. */
  readonly expiresAt: number;
  /** When the exchange was sent. Tells the token's whole life, which decides how long before its end it is renewed. */
  readonly issuedAt?: number;
  /** The id of the refresh token, which works once (vendor guide rule 11). */
  readonly refreshToken?: string;
  /** The value of the cookie `jid` that goes with the refresh token; a browser keeps it to itself. */
  readonly refreshCookie?: string;
  /** When the refresh token expires: seven days after its issue, or with its cookie if that is sooner. */
  readonly refreshExpiresAt?: number;
}
