export default function SignedOut() {
  return (
    <main>
      <h1>Signed out</h1>
      <p>
        <a href="/session/sign-in">Sign in</a>
      </p>
    </main>
  );
}
