import { paint, print } from './paint';

/** What to paste into another terminal, with a token that lasts the day. */
export function printByHand(url: string, token: string, logFile: string): void {
  const save = `curl -i -w '\\n' ${url}/api/user_modules/save -H "Authorization: Bearer $TOKEN" \\
     -H 'Content-Type: application/json' -d '{"moduleId":"mine","data":{"hello":"world"}}'`;
  const list = `curl -i -w '\\n' ${url}/api/user_modules/user/demo -H "Authorization: Bearer $TOKEN"`;
  const other = `curl -i -w '\\n' ${url}/api/user_modules/user/ada -H "Authorization: Bearer $TOKEN"`;
  print(
    paint('bold', 'Try it by hand, as the user "demo":'),
    '',
    `TOKEN=${token}`,
    save,
    list,
    `${other}   ${paint('gray', "# another user's: 403")}`,
    '',
    `The service is at ${paint('bold', url)} and logs to ${logFile}.`,
    'Ctrl-C ends both it and the issuer, and removes their data.',
  );
}
