import { memoryUsers, sallyport } from 'sallyport';
import { okta } from 'sallyport/issuers';

const tokens = okta({ domain: 'dev-12345678.okta.com', audience: 'api://default' });
export const port = sallyport({ ...tokens, users: memoryUsers() });
export const guard = port.requireScope('notes.read'); // scp
