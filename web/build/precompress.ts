import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const brotli = promisify(brotliCompress);
const deflate = promisify(gzip);

/** Below this a compressed answer is no shorter on the wire than the plain one. */
const worthCompressingBytes = 512;

/**
 * Replaces every text file of the build by its `.br` and `.gz`: the server embeds both and never compresses a page at run time.
 * index.html stays as it is, because the server writes the base path into it.
 */
export function precompress(): Plugin {
  let outDir = 'dist';
  return {
    name: 'pharos-precompress',
    apply: 'build',
    configResolved(config) {
      outDir = path.resolve(config.root, config.build.outDir);
    },
    async closeBundle() {
      for (const entry of await readdir(outDir, { recursive: true, withFileTypes: true })) {
        const file = path.join(entry.parentPath, entry.name);
        if (!entry.isFile() || entry.name === 'index.html' || !/\.(js|css|svg|json|txt|webmanifest)$/.test(entry.name)) continue;
        const bytes = await readFile(file);
        if (bytes.length < worthCompressingBytes) continue;
        const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
        await writeFile(`${file}.br`, await brotli(bytes, { params }));
        await writeFile(`${file}.gz`, await deflate(bytes, { level: 9 }));
        await rm(file);
      }
    },
  };
}
