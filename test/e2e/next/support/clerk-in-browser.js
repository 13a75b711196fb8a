// Stands in for clerk-js, which can't be fetched off line: the session cookie is kept fresh, and ended at sign-out.
(function clerkInBrowser({ document, location, fetch, setInterval }) {
  const issuer = new globalThis.URL(document.currentScript.src).origin;
  const suffix = 'COOKIE_SUFFIX';
  const post = (path) =>
    fetch(`${issuer}${path}`, { method: 'POST', credentials: 'include' }).then((response) => response.json());

  async function refresh() {
    const { jwt } = await post('/v1/client/token');
    if (jwt) document.cookie = `__session_${suffix}=${jwt}; path=/`;
    else forget();
    return jwt;
  }

  /** As clerk-js does when it learns that the session has ended. */
  function forget() {
    document.cookie = `__session_${suffix}=; path=/; max-age=0`;
    document.cookie = `__client_uat_${suffix}=0; path=/`;
  }

  const session = { id: 'current', status: 'active', getToken: refresh };
  const clerk = {
    loaded: false,
    version: 'local',
    client: { sessions: [session] },
    session,
    user: undefined,
    organization: null,
    load: async () => {
      clerk.loaded = true;
      // clerk-js renews some seconds before the minute is over.
      setInterval(refresh, 50_000);
    },
    /** The dialog in which a user signs in once more: here everybody does so at once. */
    reverified: [],
    __internal_openReverification: ({ level, afterVerification }) => {
      clerk.reverified.push(level);
      afterVerification();
    },
    addListener: () => () => undefined,
    signOut: async ({ redirectUrl }) => {
      await post('/v1/client/sign-out');
      forget();
      location.assign(redirectUrl);
    },
  };
  globalThis.Clerk = clerk;
})(globalThis);
