import { auth } from '../../../../auth';
import { analyzerProxy } from 'sallyport/next';

/** Ends the session at the service too: a token that somebody copied is worth nothing from then on. */
export const POST = analyzerProxy({ url: process.env.ANALYZER_URL + '/api/sessions/revoke', auth });
