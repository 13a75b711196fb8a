import { redirect } from 'next/navigation';
import { readSession } from '../server/session-cookie';
import { Modules } from './modules';

export default async function Page() {
  const { tokens } = await readSession();
  if (!tokens) redirect('/session/sign-in');
  return <Modules userId={tokens.userId} />;
}
