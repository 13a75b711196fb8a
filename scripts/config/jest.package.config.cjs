const unit = require('./jest.config.json');

/** The packed package as its consumers have it: slower, needs the registry, and wants no database. */
module.exports = {
  rootDir: unit.rootDir,
  testEnvironment: unit.testEnvironment,
  moduleNameMapper: unit.moduleNameMapper,
  transform: unit.transform,
  roots: ['<rootDir>/test/package'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/package/fixtures/'],
  globalSetup: '<rootDir>/test/package/support/pack.ts',
  globalTeardown: '<rootDir>/test/package/support/clean-up.ts',
  testTimeout: 180_000,
};
