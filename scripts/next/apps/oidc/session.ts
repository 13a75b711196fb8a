'use client';

/** What the page does with the user's session. Its token is renewed at the server, within the proxy (auth.ts). */
export function useSession() {
  return {
    renew: undefined,
    prove: undefined,
    signOut: async () => {
      const form = document.createElement('form');
      form.method = 'post';
      form.action = '/session/sign-out';
      document.body.append(form);
      form.submit();
    },
  };
}
