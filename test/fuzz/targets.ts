import type { FuzzTarget } from './target';
import { configuration } from './targets/configuration';
import { headerBytes } from './targets/header-bytes';
import { jsonBodies } from './targets/json-bodies';
import { keySets } from './targets/key-sets';
import { pages } from './targets/pages';
import { preconditions } from './targets/preconditions';
import { proxyPaths } from './targets/proxy-paths';
import { tokens } from './targets/tokens';
import { webhooks } from './targets/webhooks';

export const targets: readonly FuzzTarget[] = [
  tokens,
  headerBytes,
  jsonBodies,
  configuration,
  pages,
  preconditions,
  keySets,
  proxyPaths,
  webhooks,
];
