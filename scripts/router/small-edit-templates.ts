import type { TaskType } from '../../src/core/task.ts';

/**
 * Frequent requests to coding agents: small edits that say exactly what to do. They use the word "fix", as requests about hard
 * errors do. For the syntax of the patterns see `templates`.
 */
export const smallEditTemplates: Readonly<Partial<Record<TaskType, readonly string[]>>> = {
  refactoring: [
    '(fix|correct|Fix) (the|a|all) (typo|typos|spelling|grammar|misspelling) (in|of) (README line {number}|{file}|the heading|the comment|the docs|"recieve" everywhere|the error message|line {number})',
    '(fix|clear|resolve|silence|Fix) (the|all|all the|these) (lint warnings|lint errors|eslint errors|formatting errors|unused imports|type warnings|deprecation warnings|style warnings)[ (in src/|in {file}|please)]',
    '(fix|correct) the (indentation|imports|quotes|whitespace|line endings|naming|import order|spacing) (in|of) {file}',
    '(remove|delete|drop) the (unused|old|commented-out|second|dead) (import|variable|function|line|code|dependency|flag)[ in {file}]',
    '(rename|change) the (button|label|title|file|variable|menu item|column|test|heading) (from "{identifier}"|"{identifier}") to "{identifier}"',
    '(bump|raise|set|update) the (version|timeout|copyright year|limit|licence header|dependency|Node version) (to {number}|in {file}|everywhere)',
    '(fix|correct|update) the (broken link|wrong link|dead link|outdated path|date format|anchor|badge) (in|on|of) (the README|{file}|the about page|the docs)',
    '(run|apply) (the formatter|prettier|the linter|eslint --fix)[ (on {file}|and commit)]',
    '(undo|revert) (that|your last change|the last edit|the last commit)',
    '(Korrigiere|Behebe) (den Tippfehler|die Schreibfehler|die Lint-Warnungen) in (der README|{file}|der Überschrift)',
  ],
  'code-generation': [
    '(fix|adjust|change|correct|Fix) the (padding|margin|alignment|colour|color|font size|width|spacing|position|border|icon|hover colour) of the (footer|header|login button|sidebar|logo|card|table|form|menu|save button)[ (on mobile|in dark mode|on small screens|to {number}px)]',
    '(make|Make) the (header|button|sidebar|table|logo|footer|title) (sticky|bigger|green|narrower|bold|clickable|wider|smaller)[ on mobile]',
    '(the|The) (button|logo|menu|title|icon|footer) is (too (low|high|wide|small)|not centred|cut off|off by {number}px|misaligned)[, (fix it|move it|please fix)]',
    '(hide|show|move|add) the (banner|button|logo|link|footer|search field|date column)[ (on|to|from) (the admin pages|the top|the left|mobile|every page)]',
    '(fix|resolve) the (merge conflict|conflict) in (package-lock.json|{file})',
    '(fix|resolve) the type error in {file}',
    '(install|add) (the missing package|lodash|the missing dependency)[, the build fails without it]',
    '(Verschiebe|Mach|Ändere) (den Knopf|das Logo|die Überschrift) (nach rechts|größer|grün|in die Mitte)',
  ],
  chat: [
    '(git|npm|pip|docker) (push|pull|merge) (is|was) rejected[, (non-fast-forward|what now|how do I go on)]',
    '(is|Is) (this|my) (password|passphrase|PIN) (strong|good|long) enough[: {identifier}{number}]?',
    '(Why|why) is (my|our) (wifi|internet|phone|laptop|television|connection) (slow|so slow|bad|unstable)[ (in the evening|today|in the kitchen|since yesterday)]?',
    '(Plan|plan|Help me plan) (a|our|my) [{number} day] (trip|holiday|weekend|road trip|honeymoon|visit) (to|in|around) (Rome|Norway|Scotland|Japan|the Alps|New York)[ (for a family with kids|on a budget|by train|with my parents)]',
  ],
};
