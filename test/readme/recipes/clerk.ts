import { memoryUsers, sallyport } from 'sallyport';
import { clerk } from 'sallyport/issuers';

const tokens = clerk({ issuer: 'https://clerk.example.com', authorizedParties: ['https://app.example'] });
export const port = sallyport({ ...tokens, users: memoryUsers() });
export const guard = port.requireScope('org:notes:read'); // or requireRole('editor'), in the active organization
