/** What one exchange yields. */
export interface TokenSet {
  /** Opaque; goes into `Authorization: Bearer`. */
  readonly accessToken: string;
  readonly tokenType: "Bearer";
  /** When the access token expires, in milliseconds since the epoch, counted from before the exchange was sent. */
  readonly expiresAt: number;
  /** The answer's `refresh_token`, where it had one. */
  readonly refreshToken?: string;
}
