#!/usr/bin/env node
// This file must run on old versions of Node, so that it can say that a newer one is needed.
const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  console.error(`conclave needs Node 24 or newer, this is ${process.version}; see https://nodejs.org`);
  process.exit(2);
}
await import('./process/compile-cache.ts');
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
