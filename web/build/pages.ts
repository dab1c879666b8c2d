import type { Plugin } from 'vite';
import { movedAddresses } from '../src/links/moved.ts';
import { pagePatterns } from '../src/links/pages.ts';

/** Every address that is answered with a page, as the server's router writes patterns: `:x` becomes `{x}`. */
export function servedAddresses(): string[] {
  return [...pagePatterns, ...movedAddresses].map((pattern) => pattern.replace(/:(\w+)/g, '{$1}'));
}

/** Puts the list of pages into the build as `pages.json`: the server embeds it with the rest and has no list of its own. */
export function listPages(): Plugin {
  return {
    name: 'pharos-pages',
    apply: 'build',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'pages.json', source: JSON.stringify(servedAddresses()) });
    },
  };
}
