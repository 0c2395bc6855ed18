import { join } from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vite'

export default defineConfig({
  root: join(import.meta.dirname, 'src/doors/web'),
  plugins: [svelte({ configFile: false })],
  build: {
    outDir: '../../../dist/web',
    emptyOutDir: true,
    target: 'es2024',
    // The page may load its own files, and nothing that is written into it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
})
