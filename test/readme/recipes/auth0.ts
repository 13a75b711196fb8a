import { memoryUsers, sallyport } from 'sallyport';
import { auth0 } from 'sallyport/issuers';

const tokens = auth0({ domain: 'tenant.eu.auth0.com', audience: 'https://api.example/' });
export const port = sallyport({ ...tokens, users: memoryUsers() });
export const guard = port.requireScope('read:notes'); // scope and permissions
