import { memoryUsers, sallyport } from 'sallyport';
import { kubernetes } from 'sallyport/issuers';

const pods = { audience: 'notes-api', serviceAccounts: ['shop/notes-client'] };
const tokens = kubernetes({ issuer: 'https://oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539', ...pods });
export const port = sallyport({ ...tokens, users: memoryUsers() });
