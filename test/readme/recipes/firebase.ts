import { claimAt, memoryUsers, sallyport } from 'sallyport';
import { firebase } from 'sallyport/issuers';

const tokens = firebase({ projectId: 'notes-demo' });
export const port = sallyport({ ...tokens, roles: claimAt('role'), users: memoryUsers() });
export const guard = port.requireRole('editor'); // a custom claim of yours
