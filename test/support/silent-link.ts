import { silentLink, type SilentLink } from '../../scripts/database/silent-link';
import { later } from './clean-up';

/** A silent link that ends with the test. */
export async function linkTo(uri: string): Promise<SilentLink> {
  const link = await silentLink(uri);
  later(link.close);
  return link;
}
