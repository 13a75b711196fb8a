import type { RequestHandler } from 'express';
import { clerkWebhook, type ClerkWebhookOptions } from 'sallyport/clerk';
import { z } from 'zod';
import type { Route } from '../http/endpoint';
import { OF_A_MESSAGE } from '../openapi/problems';

const svixHeaders = z.object({
  'svix-id': z.string().meta({ description: 'Names the message; a repeat has no effect.' }),
  'svix-timestamp': z.string().meta({ description: 'Seconds since the epoch, of the last five minutes.' }),
  'svix-signature': z.string().meta({ description: 'One or more, of id, timestamp and body.' }),
});
const clerkEvent = z.looseObject({
  type: z.string().meta({ example: 'user.created' }),
  data: z.looseObject({}).optional().meta({ description: 'Of the events that have an effect.' }),
});

/** /webhooks/clerk: Clerk's events of users and sessions. */
export function clerkRoute(options: ClerkWebhookOptions, strangers: readonly RequestHandler[]): Route {
  return {
    path: '/webhooks/clerk',
    methods: {
      post: {
        id: 'receiveClerk',
        tag: 'providers',
        summary: "Take a webhook of Clerk's",
        description:
          'user.created and user.updated update the stored user. user.deleted erases the user. session.ended, session.removed and session.revoked revoke the tokens of the session. Other events have no effect.',
        credentials: {},
        headers: svixHeaders,
        body: { mediaType: 'application/json', schema: clerkEvent },
        answers: { 204: { description: 'The event was processed, or has no effect.' } },
        problems: [...OF_A_MESSAGE, 'invalid_body', 'missing_credentials', 'invalid_signature'],
        handlers: [...strangers, clerkWebhook(options)],
      },
    },
  };
}
