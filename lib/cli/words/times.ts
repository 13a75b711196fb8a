const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** A duration in its largest unit, rounded down: "3 hours". */
export function duration(seconds: number): string {
  const whole = Math.round(Math.abs(seconds));
  const [unit, length] = UNITS.find(([, size]) => whole >= size) ?? (['second', 1] as const);
  const count = Math.floor(whole / length);
  return `${String(count)} ${unit}${count === 1 ? '' : 's'}`;
}

/**
 * A NumericDate (RFC 7519 section 2) for people: "2026-11-26 15:00:00 UTC, 3 hours ago". Undefined for an invalid date.
 */
export function readableTime(seconds: unknown, now: number): string | undefined {
  if (typeof seconds !== 'number') return undefined;
  const date = isoTime(seconds);
  if (date === undefined) return undefined;
  const apart = seconds - now / 1000;
  const relative = apart < 0 ? `${duration(apart)} ago` : `in ${duration(apart)}`;
  return `${date.slice(0, 19).replace('T', ' ')} UTC, ${relative}`;
}

/** ISO 8601. Undefined for an invalid date. */
export function isoTime(seconds: number): string | undefined {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
