const SECRETS = [
  // A JWS, whole or cut short: its header is base64url of `{"`.
  /\beyJ[A-Za-z0-9_-]{5,}(\.[A-Za-z0-9_-]*){0,4}/g,
  /\bsp_[A-Za-z0-9_-]{8,}/g,
  /\bwhsec_[A-Za-z0-9+/=]+/g,
  // Userinfo of a URL, as a driver's message may repeat it.
  /(?<=[a-z]:\/\/)[^\s/@]+@/g,
];

/** Takes what looks like a credential out of a text that others wrote, such as a path or a library's message. */
export function scrub(text: string): string {
  return SECRETS.reduce((rest, secret) => rest.replace(secret, '[redacted]'), text);
}
