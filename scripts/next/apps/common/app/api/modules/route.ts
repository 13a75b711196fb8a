import { auth } from '../../../auth';
import { analyzerProxy } from 'sallyport/next';

export const POST = analyzerProxy({ url: process.env.ANALYZER_URL + '/api/user_modules/save', auth });
