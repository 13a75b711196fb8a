import type { Mutation } from '../mutation';
import { apiKeys } from './api-keys';
import { beyond } from './beyond';
import { claims } from './claims';
import { commandLine } from './command-line';
import { dataFolder } from './data-folder';
import { engines } from './engines';
import { grantRules } from './grants';
import { http } from './http';
import { issuers } from './issuers';
import { keys } from './keys';
import { limits } from './limits';
import { middleware } from './middleware';
import { proxy } from './proxy';
import { purpose } from './purpose';
import { revocations } from './revocations';
import { service } from './service';
import { signals } from './signals';
import { storage } from './storage';
import { users } from './users';
import { webhooks } from './webhooks';
import { workers } from './workers';

/** In the order of a request's way. */
export const mutations: readonly Mutation[] = [
  ...http,
  ...limits,
  ...middleware,
  ...engines,
  ...keys,
  ...claims,
  ...purpose,
  ...grantRules,
  ...issuers,
  ...revocations,
  ...apiKeys,
  ...beyond,
  ...users,
  ...webhooks,
  ...signals,
  ...service,
  ...workers,
  ...storage,
  ...dataFolder,
  ...proxy,
  ...commandLine,
];
