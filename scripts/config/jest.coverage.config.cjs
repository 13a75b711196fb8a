const unit = require('./jest.config.json');

/** `npm test`, which also counts what of lib it reaches, and fails where that is too little. */
module.exports = {
  ...unit,
  // Also lib: a file that no test loads counts as reached nowhere.
  roots: [...unit.roots, '<rootDir>/lib'],
  collectCoverage: true,
  collectCoverageFrom: ['lib/**/*.ts'],
  coverageDirectory: '<rootDir>/coverage',
  coverageReporters: ['text-summary', 'json'],
  coverageThreshold: { global: { branches: 98 } },
};
