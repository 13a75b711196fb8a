import { memoryUsers, sallyport } from 'sallyport';
import { keycloak } from 'sallyport/issuers';

const tokens = keycloak({ url: 'https://keycloak.example', realm: 'demo', audience: 'notes-api' });
export const port = sallyport({ ...tokens, users: memoryUsers() });
export const guard = port.requireRole('editor', 'notes-writer'); // of the realm, or of the client notes-api
