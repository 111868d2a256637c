import type { IssueCues } from './issue-cues.ts';

/** Memory, handles and other resources that run out or stay in use. */
export const resourceKinds: IssueCues = {
  'handle-leak': [
    /(file|handle|stream|descriptor|socket|connection|body|rows|statement|cursor|reader|writer|response)s?\b.{0,50}(not closed|never closed|not released|leak|stays? open|left open|kept open|unclosed)/,
    /leak(ed|s|ing)? (a |the )?(file|descriptor|handle|connection|socket)|close\w*\(?\)? is (skipped|missing|never)|runs? out of (descriptors|connections)|(file |resource )?handles? (are )?(leak|held)|defer\w*.{0,40}loop|until the (end of the )?function (returns|ends)|end of the function/,
    /context manager|try-with-resources|\busing statement|open\(\) without|`?with open/,
  ],
  'timer-leak': [
    /(timer|interval|timeout handle).{0,40}(never|leak|clear|pile|cleanup)|clear(interval|timeout)/,
  ],
  'listener-leak': [
    /(listener|subscription|handler|observer)s?\b.{0,40}(never|not|leak|remov|unsubscrib|detach|clean)|removeeventlistener|unsubscribe/,
  ],
  'goroutine-leak': [
    /(goroutine|thread|task|worker)s?.{0,40}(leak|blocks? for|stuck|never (exit|end|stop|finish))|leaked (goroutine|thread|task)/,
  ],
  'reference-cycle': [
    /(reference|retain|rc) cycle|strong (back-)?reference|weak reference|use weak|never freed/,
  ],
  'missing-cleanup': [/clean.?up|tear.?down|unmount|dispos/],
  shutdown: [/shut(ting)?.?down|drain|graceful|on exit|sigterm/],
  'unbounded-growth': [
    /grows? (without|for ever|forever|indefinitely|unbounded)|unbounded (channel|queue|cache|map|list|growth)|can grow|back-?pressure|evict/,
  ],
  'symbol-table': [/symbols?\b.{0,40}(client|input|memory|grow)/],
  'unbounded-input': [
    /(no|without|missing|un)\w*.{0,12}(size )?limit.{0,40}(body|upload|input|request|read|payload|file)|(body|upload|input|payload|request).{0,40}(without|no|un)\w* .{0,12}(limit|bound)|unbounded (read|body|input)|exhaust(ion)?.{0,20}memory|memory exhaustion|out.of.memory|maximum size|huge (body|page|upload)/,
  ],
  'whole-in-memory': [
    /(whole|entire|full|complete).{0,40}(memory|\bram\b|heap)|read into memory|load(s|ed)? .{0,30}into memory/,
  ],
  'no-concurrency-limit': [
    /unbounded (concurren|parallel)|limit.{0,20}(concurren|parallel|goroutine)|(thousands|all) .{0,20}at once|semaphore/,
  ],
  'recursion-depth': [/stack overflow|recurs/],
  'double-free': [/double.?free|use.?after.?free|dangling/],
  uninitialised: [
    /nil map|uninitiali[sz]ed|not initiali[sz]ed|never (initiali[sz]ed|made|assigned)|before (it is |being )?(initiali[sz]ed|assigned|declared)|initiali[sz]e \w+ (first|before|with make)/,
  ],
  lateinit: [/lateinit|uninitializedproperty/],
  'consumed-iterator': [
    /(iterator|generator|stream|body|reader).{0,40}(consumed|exhausted|twice|already (read|used)|only once)|exhausted (iterator|generator)|second pass/,
  ],
};
