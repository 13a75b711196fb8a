/** How to change the configured issuer so that it equals the one in the token or document. */
export function issuerMend(configured: string, met: string): string {
  if (met === `${configured}/`) return 'add the slash';
  if (configured === `${met}/`) return 'leave the last slash out';
  if (met.toLowerCase() === configured.toLowerCase()) return 'write it in the same case';
  if (met.replace(/^https?:/, '') === configured.replace(/^https?:/, '')) {
    return `one has http and the other https, so configure ${met}, or set the public URL in the issuer's configuration`;
  }
  return `configure ${met} if that is your issuer`;
}
