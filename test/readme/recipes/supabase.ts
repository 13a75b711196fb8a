import { memoryUsers, sallyport } from 'sallyport';
import { supabase } from 'sallyport/issuers';

const tokens = supabase({ projectRef: 'abcdefghijklmnopqrst' });
export const port = sallyport({ ...tokens, users: memoryUsers() });
