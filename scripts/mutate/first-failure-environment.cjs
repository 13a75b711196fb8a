const { createRequire } = require('node:module');

// Of jest's own installation: whatever version that brings.
const { TestEnvironment } = createRequire(require.resolve('jest'))('jest-environment-node');

/** Node's environment, in which the first failure of a file ends it: jest's own --bail goes on to the file's end. */
module.exports = class FirstFailureEnvironment extends TestEnvironment {
  failed = false;

  handleTestEvent({ name, test }) {
    if (name === 'test_fn_failure' || name === 'hook_failure') this.failed = true;
    if (name === 'test_start' && this.failed) test.mode = 'skip';
  }
};
