import { setTimeout as delay } from 'node:timers/promises';
import { mongo } from 'mongoose';
import type { DatabaseServer } from './server';

export interface Patience {
  /** Milliseconds between two checks. */
  readonly everyMs: number;
  /** Milliseconds in which the server must have created a collection. */
  readonly answerMs: number;
}

/**
 * The server, replaced by `restart` when it creates no collection in time, and an empty one afterwards. SecantusDB
 * 0.7.0b3 sometimes loops inside WiredTiger for good while it creates a collection: all tests that follow would fail,
 * each after its timeout.
 */
export function replacedWhenStuck(
  server: DatabaseServer,
  restart: () => Promise<DatabaseServer>,
  onReplaced: () => void,
  { everyMs, answerMs }: Patience = { everyMs: 10_000, answerMs: 45_000 },
): DatabaseServer {
  const ended = new AbortController();
  const isEnded = (): boolean => ended.signal.aborted;
  let current = server;

  async function watch(): Promise<void> {
    while (!isEnded()) {
      await delay(everyMs, undefined, { signal: ended.signal, ref: false });
      const isWell = await creates(current.uri, answerMs, ended.signal);
      if (isWell || isEnded()) continue;
      await current.stop();
      current = await restart();
      onReplaced();
    }
  }

  const watching = watch().catch(() => undefined);
  return {
    name: server.name,
    uri: server.uri,
    async stop() {
      ended.abort();
      await watching;
      await current.stop();
    },
  };
}

/** Whether the server at `uri` creates and drops a collection within `ms`. */
async function creates(uri: string, ms: number, signal: AbortSignal): Promise<boolean> {
  const client = new mongo.MongoClient(uri, { serverSelectionTimeoutMS: ms, socketTimeoutMS: ms });
  const attempt = async (): Promise<boolean> => {
    const collection = await client.db('sallyport_watch').createCollection(`at_${String(Date.now())}`);
    await collection.drop();
    return true;
  };
  const done = new AbortController();
  const either = AbortSignal.any([signal, done.signal]);
  const timeUp = delay(ms, false, { signal: either, ref: false }).catch(() => false);
  try {
    return await Promise.race([attempt().catch(() => false), timeUp]);
  } finally {
    done.abort();
    // A client of a server that hangs may not close either.
    void client.close(true).catch(() => undefined);
  }
}
