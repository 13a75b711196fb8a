import { memoryUsers, sallyport } from 'sallyport';
import { cognito } from 'sallyport/issuers';

const tokens = cognito({ userPoolId: 'eu-central-1_Ex4mpleP1', clientId: '1example23456789abcdefghij' });
export const port = sallyport({ ...tokens, users: memoryUsers() });
export const guard = port.requireRole('editors'); // a group of the pool
