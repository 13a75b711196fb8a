// For `node --require`: a test's child process runs TypeScript as jest does, without a build before it.
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync, renameSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');

const root = join(__dirname, '../..');
const cache = join(root, 'node_modules/.cache/sallyport-test');
const compilerOptions = { module: 'commonjs', target: 'es2023', esModuleInterop: true };

/** Loading the compiler takes longer than most children live: what it made once is kept. */
function transpiled(source) {
  const kept = join(cache, `${createHash('sha256').update(source).digest('hex')}.js`);
  try {
    return readFileSync(kept, 'utf8');
  } catch {
    const { outputText } = require('typescript').transpileModule(source, { compilerOptions });
    mkdirSync(cache, { recursive: true });
    const whole = `${kept}.${process.pid}`;
    writeFileSync(whole, outputText);
    renameSync(whole, kept);
    return outputText;
  }
}

Module._extensions['.ts'] = (module, file) => module._compile(transpiled(readFileSync(file, 'utf8')), file);

const resolve = Module._resolveFilename;
Module._resolveFilename = (request, parent, ...rest) => {
  const [ours, entry = ''] = /^sallyport(\/[a-z-]+)?$/.exec(request) ?? [];
  if (ours !== undefined) return resolve(join(root, 'lib', entry, 'index.ts'), parent, ...rest);
  // Where TypeScript names the file that it will make, only the one it is made of is there.
  const source = request.startsWith('.') && parent?.filename?.endsWith('.ts');
  return resolve(source ? request.replace(/\.js$/, '') : request, parent, ...rest);
};
