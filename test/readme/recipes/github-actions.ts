import { memoryUsers, sallyport } from 'sallyport';
import { githubActions } from 'sallyport/issuers';

const runs = { audience: 'https://api.example', repository: 'octo-org/octo-repo', ref: 'refs/heads/main' };
export const port = sallyport({ ...githubActions(runs), users: memoryUsers() });
