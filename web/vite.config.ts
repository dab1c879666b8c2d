import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { listPages } from './build/pages.ts';
import { precompress } from './build/precompress.ts';

// `npm run dev` serves the pages with hot reload and asks a running server for the data.
const server = process.env.PHAROS_URL ?? 'http://127.0.0.1:9090';

export default defineConfig({
  // Relative: the server may live under any path; index.html carries the base, which the server fills in.
  base: './',
  plugins: [react(), listPages(), precompress()],
  build: {
    target: 'es2022',
    outDir: process.env.PHAROS_WEB_OUT ?? 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0, // The content security policy allows no data: scripts, and the caches work better on files.
    chunkSizeWarningLimit: 600,
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': server, '/-/': server, '/version': server },
  },
  // How long a test may take only ends one that would hang, as in the tests of the server (tests/Waiting).
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: 'logic', include: ['src/**/*.test.ts', 'build/**/*.test.ts'], environment: 'node' } },
      { extends: true, test: { name: 'components', include: ['src/**/*.test.tsx'], environment: 'happy-dom', setupFiles: ['testing/setup.ts'] } },
    ],
  },
});
