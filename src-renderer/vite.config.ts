import ui from '@nuxt/ui/vite'
import vue from '@vitejs/plugin-vue'
import { fileURLToPath } from 'node:url'
import type { UserConfig } from 'vite'

const root = fileURLToPath(new URL('.', import.meta.url))

/** How the renderer is built, for Electron, for the local host and for the browser tests alike. */
export default {
  root,
  base: './',
  publicDir: 'public',
  plugins: [
    vue(),
    ui({
      root,
      dts: false,
      autoImport: false,
      components: false,
      // Tables of pages and actions name icons too.
      icon: { clientBundle: { scan: { globInclude: ['**/*.{vue,ts}'] } } },
      ui: {
        colors: { primary: 'indigo', neutral: 'zinc', success: 'emerald', warning: 'amber', error: 'red' },
        // The library's own pale so far under the pointer that white text on them is below AA.
        button: {
          compoundVariants: [
            { color: 'primary', variant: 'solid', class: 'hover:bg-primary/90 active:bg-primary/90' },
            {
              color: 'error',
              variant: 'solid',
              class: 'hover:bg-error active:bg-error hover:brightness-95',
            },
          ],
        },
      },
    }),
  ],
  build: {
    outDir: fileURLToPath(new URL('../out/renderer', import.meta.url)),
    emptyOutDir: true,
    target: 'es2024',
    // Every asset a file: the content security policy allows no inlined fonts or scripts.
    assetsInlineLimit: 0,
    // The licences of what the bundles contain.
    license: { fileName: 'third-party-notices.md' },
  },
} satisfies UserConfig
