import { memoryUsers, sallyport } from 'sallyport';
import { google } from 'sallyport/issuers';

const tokens = google({ clientId: '1234987819200.apps.googleusercontent.com', hostedDomain: 'example.com' });
export const port = sallyport({ ...tokens, users: memoryUsers() });
