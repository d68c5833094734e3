import { fileURLToPath, pathToFileURL } from 'node:url'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'
import rendererConfig from './src-renderer/vite.config.ts'

/** What is started by `new URL('./…', import.meta.url)` becomes a file of its own, and the address the one that it gets. */
const threadsAsFiles: Plugin = {
  name: 'threads-as-files',
  apply: 'build',
  enforce: 'pre',
  transform(code, id) {
    return code.replace(/new URL\('(\.\/[\w-]+-thread\.ts)', import\.meta\.url\)/g, (_, path: string) => {
      const file = fileURLToPath(new URL(path, pathToFileURL(id)))
      return `import.meta.ROLLUP_FILE_URL_${this.emitFile({ type: 'chunk', id: file })}`
    })
  },
  resolveFileUrl: ({ relativePath }) => `new URL(${JSON.stringify(`./${relativePath}`)}, import.meta.url)`,
}

export default defineConfig({
  main: {
    plugins: [threadsAsFiles],
    build: {
      outDir: 'out/main',
      target: 'node24',
      rollupOptions: {
        input: {
          electron: 'src-main/electron.ts',
          'shapwright-worker': 'src-worker/shapwright-worker.js',
        },
      },
    },
  },
  // A sandboxed preload must be one CommonJS file.
  preload: {
    build: {
      outDir: 'out/preload',
      externalizeDeps: false,
      rollupOptions: {
        input: { preload: 'src-main/preload.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    ...rendererConfig,
    build: { ...rendererConfig.build, rollupOptions: { input: 'src-renderer/index.html' } },
  },
})
