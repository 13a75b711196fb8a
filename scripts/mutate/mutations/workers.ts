import type { Mutation } from '../mutation';

const primary = 'service/workers/primary.ts';
const deaths = ['test/service/workers/deaths.test.ts'];
const signals = ['test/service/workers/signals.test.ts'];
const rounds = ['test/service/workers/readiness-rounds.test.ts'];

/** Several processes as one service. */
export const workers: readonly Mutation[] = [
  {
    breaks: 'A worker that dies is not replaced',
    file: primary,
    search: '    setTimeout(() => {\n      this.#start();\n    }, pauseMs);\n',
    replace: '',
    tests: deaths,
  },
  {
    breaks: 'A worker that dies over and over is replaced without a pause',
    file: 'service/workers/restarts.ts',
    search: 'return shortLives === 1 ? 0 :',
    replace: 'return shortLives >= 1 ? 0 :',
    tests: ['test/service/workers/restarts.test.ts'],
  },
  {
    breaks: 'A connection stays open that a dead worker was given',
    file: primary,
    search: '    closeUntaken(worker);\n',
    replace: '',
    tests: deaths,
  },
  {
    breaks: 'A replacement that cannot start ends the service',
    file: primary,
    search: 'else if (this.#everServed || signal !== null)',
    replace: 'else if (signal !== null)',
    tests: deaths,
  },
  {
    breaks: 'Workers that cannot start are replaced for ever',
    file: primary,
    search: 'else if (this.#everServed || signal !== null)',
    replace: 'else if (code !== 0)',
    tests: signals,
  },
  {
    breaks: 'Every worker says why none can start',
    file: primary,
    search: 'if (this.#explained && !this.#everServed) return;',
    replace: '',
    tests: signals,
  },
  {
    breaks: 'Workers do not drain',
    file: primary,
    search: "waitFirst ? 'drain' : 'stop'",
    replace: "'stop'",
    tests: signals,
  },
  {
    breaks: 'The primary does not wait for its workers',
    file: primary,
    search: 'if (this.#live.size > 0) await this.#ended;',
    replace: '',
    tests: signals,
  },
  {
    breaks: 'A worker heeds signals itself',
    file: 'service/workers/worker.ts',
    search: 'process.on(signal, () => undefined);',
    replace: 'process.on(signal, () => process.exit(0));',
    tests: signals,
  },
  {
    breaks: 'A worker answers for its own readiness alone',
    file: 'service/app.ts',
    search: 'return fellows ? [...own, fellowsReadiness(fellows, own)] : own;',
    replace: 'return own;',
    tests: deaths,
  },
  {
    breaks: 'A worker that does not answer counts as ready',
    file: 'service/workers/readiness-rounds.ts',
    search: 'missing: this.asked.name(worker), failure: SILENT }',
    replace: 'missing: this.asked.name(worker) }',
    tests: rounds,
  },
  {
    breaks: 'A worker that is missing is not named',
    file: 'service/workers/readiness-rounds.ts',
    search: 'const missing = absent > 0 ?',
    replace: 'const missing = absent > 99 ?',
    tests: rounds,
  },
  {
    breaks: 'Each one who asks for readiness has all workers asked again',
    file: 'service/workers/readiness-rounds.ts',
    search: 'this.#round ??= this.#begin();',
    replace: 'this.#round = this.#begin();',
    tests: rounds,
  },
];
