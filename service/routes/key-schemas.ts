import { isAddressRange } from 'sallyport';
import { z } from 'zod';
import { plainText } from '../http/parse-body';

const EXPIRY = 'must be a time to come, in ISO 8601 with its offset, or null';
const ADDRESSES =
  'must be a list of 1 to 50 addresses and CIDR ranges, such as 203.0.113.0/24: without bits behind the prefix';
const SCOPES = 'must be a list of 1 to 50 scopes';
const ORGANIZATION = 'must be the id of an organization';
const OVERLAP = 'must be a whole number of seconds from 60 to 7776000 (90 days)';

const OBJECT = {
  error: ({ code }: { readonly code?: string }) =>
    code === 'invalid_type' ? 'must be a JSON object' : undefined,
};

/** Body of a request for a new API key. */
export const keyWish = z
  .strictObject(
    {
      name: plainText(100).meta({ example: 'nightly backup' }),
      scopes: z
        .array(
          z
            .string({ error: 'must be a scope' })
            .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'must be a scope'),
          { error: SCOPES },
        )
        .min(1, SCOPES)
        .max(50, SCOPES)
        .optional()
        .meta({
          description: 'Default: modules:read and modules:write. Any other must be one that the token holds.',
          example: ['modules:read'],
        }),
      expiresAt: z.iso
        .datetime({ offset: true, error: EXPIRY })
        .refine((time) => Date.parse(time) > Date.now(), { error: EXPIRY })
        .nullish()
        .meta({
          description:
            'A future time, or null for a key that never expires. null requires that the key has no scope other than modules:read and modules:write; other keys expire in 366 days at most. Default: null for those two scopes, 30 days for others.',
          example: '2099-01-01T00:00:00Z',
        }),
      addresses: z
        .array(z.string({ error: ADDRESSES }), { error: ADDRESSES })
        .min(1, ADDRESSES)
        .max(50, ADDRESSES)
        .refine((addresses) => addresses.every((entry) => isAddressRange(entry, { exact: true })), {
          error: ADDRESSES,
          when: ({ issues }) => issues.length === 0,
        })
        .optional()
        .meta({ description: 'The key is accepted from these addresses only.', example: ['203.0.113.0/24'] }),
      organization: z
        .string({ error: ORGANIZATION })
        .regex(/^[\x21-\x7e]{1,255}$/, ORGANIZATION)
        .optional()
        .meta({ description: 'An organization that the token names.' }),
    },
    OBJECT,
  )
  .meta({ id: 'NewKey' });

/** At least a minute: for that time another instance may use a cached result for the old key. */
export const rotation = z
  .strictObject(
    {
      overlapSeconds: z
        .int({ error: OVERLAP })
        .min(60, OVERLAP)
        .max(7_776_000, OVERLAP)
        .optional()
        .meta({ description: 'How long the old key stays valid.' }),
    },
    OBJECT,
  )
  .meta({ id: 'Rotation' });

const time = z.iso.datetime();

const KEY = {
  id: z.string().meta({ description: 'Names the key, and is no secret.', example: 'k4HbG2s9Qw' }),
  name: z.string(),
  scopes: z.array(z.string()),
  createdAt: time,
  expiresAt: time.nullable().meta({ description: 'null: never.' }),
  addresses: z.array(z.string()).optional(),
  organization: z.string().optional(),
  replacedBy: z.string().optional().meta({ description: 'The id of the key that it was rotated into.' }),
};

const ISSUED = {
  ...KEY,
  key: z.string().meta({ description: 'The key itself, for `X-API-Key`. It is shown this once.' }),
};

export const issuedAnswer = z.strictObject(ISSUED).meta({ id: 'IssuedKey' });

export const rotatedAnswer = z
  .strictObject({
    ...ISSUED,
    replaces: z.strictObject({ id: z.string(), expiresAt: time.nullable() }),
  })
  .meta({ id: 'RotatedKey' });

export const keysAnswer = z
  .strictObject({
    items: z.array(
      z.strictObject({ ...KEY, lastUsedAt: time.nullable().meta({ description: 'null: not yet.' }) }),
    ),
  })
  .meta({ id: 'Keys' });

export const keyParams = z.object({
  id: z.string().min(1).meta({ description: 'As the list of keys has it.' }),
});
