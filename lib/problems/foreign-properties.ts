/** What others put on their errors, none of it sure. */
export interface ForeignProperties {
  readonly status?: unknown;
  readonly statusCode?: unknown;
  readonly code?: unknown;
  readonly type?: unknown;
  readonly expose?: unknown;
  readonly headers?: unknown;
  readonly errno?: unknown;
}
