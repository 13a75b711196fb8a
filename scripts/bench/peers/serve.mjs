import { createServer } from 'node:http';

/** A child process that serves one contender: is sent what its app must know, and answers with its port. */
process.once('message', ({ module, name, given }) => {
  void serve(module, name, given);
});
process.once('disconnect', () => process.exit());

async function serve(module, name, given) {
  const { contenders } = await import(module);
  const server = createServer(await contenders[name].build(given));
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
}
