/** What an exchange gives. */
export interface TokenSet {
  accessToken: string;
  tokenType: string;
  /** In milliseconds since the epoch, counted from before the exchange was sent. */
  expiresAt: number;
  refreshToken?: string;
}
