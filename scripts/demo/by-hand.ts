import { paint, print } from './paint';

/**
 * What to paste into another terminal, as one text for sh, bash and zsh alike. No comment is in it: an interactive zsh
 * takes `#` for a command, and an apostrophe behind it for a quote that has no end.
 */
export function pasteLines(url: string, token: string): string {
  const bearer = '-H "Authorization: Bearer $TOKEN"';
  return [
    `TOKEN=${token}`,
    `curl -i -w '\\n' ${url}/api/user_modules/save ${bearer} \\`,
    `     -H 'Content-Type: application/json' -d '{"moduleId":"mine","data":{"hello":"world"}}'`,
    `curl -i -w '\\n' ${url}/api/user_modules/user/demo ${bearer}`,
    `curl -i -w '\\n' ${url}/api/user_modules/user/ada ${bearer}`,
  ].join('\n');
}

/** `token` is one of the user "demo" that lasts the day. */
export function printByHand(url: string, token: string, logFile: string): void {
  print(
    paint('bold', 'By hand: paste this into another terminal.'),
    'It signs in as the user "demo", saves, lists, and asks for what is another user\'s, which is refused.',
    '',
    pasteLines(url, token),
    '',
    `The service is at ${paint('bold', url)} and logs to ${logFile}.`,
    'Ctrl-C ends all of it, and removes its data.',
  );
}
