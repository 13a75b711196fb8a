import { auth } from '@clerk/nextjs/server';
import { Modules } from './modules';

export default async function Page() {
  const { userId, redirectToSignIn } = await auth();
  if (!userId) return redirectToSignIn();
  return <Modules userId={userId} />;
}
