import { setFlagsFromString } from 'node:v8';

// Preloaded into a gateway to show what it would be like without its patience: V8's own is put back once it has started.
const v8PatienceMs = 8_000;
const startedMs = 2_000;

setTimeout(() => setFlagsFromString(`--memory-reducer-delay-ms=${v8PatienceMs}`), startedMs).unref();
