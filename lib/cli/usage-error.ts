/** The command line is wrong: exit code 2. The message never repeats a value, which may be a secret. */
export class UsageError extends Error {}
