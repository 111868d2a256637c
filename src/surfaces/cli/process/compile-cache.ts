import { enableCompileCache, flushCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

// Caches compiled code: a start takes a third less time and 20 MB less memory. The cache is in a folder of this user's
// own, because what is in it is executed. If the folder cannot be written, everything is compiled as usual.
enableCompileCache(join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'conclave'));

// Node writes the cache only on a clean exit. An MCP server is ended by a signal, so without this its cache would never
// be written.
setTimeout(flushCompileCache, 3_000).unref();
