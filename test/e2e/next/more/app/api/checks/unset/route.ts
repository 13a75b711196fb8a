import { auth } from '@clerk/nextjs/server';
import { analyzerProxy } from 'sallyport/next';

export const GET = analyzerProxy({ url: process.env.A_VARIABLE_THAT_IS_NOT_SET + '/api', auth });
