/** What a worker tells its primary: its store is open, then that it is served from. */
export type FromWorker = 'prepared' | 'listening';

/** What the primary tells a worker: all are prepared, or to end as a signal would have it. */
export type FromPrimary = 'listen' | 'drain' | 'stop';
