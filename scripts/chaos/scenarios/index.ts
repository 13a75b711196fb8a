import type { Scenario } from '../scenario';
import { clockSteps } from './clock';
import { idleConnections, pipelining, slowClients } from './connections';
import { databaseKilled, databaseSilent } from './database';
import { diskFull } from './disk';
import { issuerDownAtStart, issuerFlapping } from './issuer';
import { killDuringSaves, termUnderLoad } from './kill';
import { loopStalls, stalledStdout } from './process';

export const scenarios: readonly Scenario[] = [
  issuerFlapping,
  issuerDownAtStart,
  databaseKilled,
  databaseSilent,
  diskFull,
  killDuringSaves,
  termUnderLoad,
  clockSteps,
  pipelining,
  slowClients,
  idleConnections,
  stalledStdout,
  loopStalls,
];
