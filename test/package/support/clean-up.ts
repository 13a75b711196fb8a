import { rm } from 'node:fs/promises';
import { workspace } from './project';

export default async function cleanUp(): Promise<void> {
  await rm(workspace(), { recursive: true, force: true });
}
