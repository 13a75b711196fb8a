/** Properties that errors of other packages may have, of any type. */
export interface ForeignProperties {
  readonly status?: unknown;
  readonly statusCode?: unknown;
  readonly code?: unknown;
  readonly type?: unknown;
  readonly expose?: unknown;
  readonly headers?: unknown;
  readonly errno?: unknown;
}
