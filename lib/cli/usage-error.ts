/** The command line is not one that we understand: exit code 2. The message never repeats a value, which may be a secret. */
export class UsageError extends Error {}
