import { createRouter, createWebHashHistory, type Router } from 'vue-router'
import RunsPage from './pages/RunsPage.vue'

/** Addresses live in the fragment, so that they mean the same under the host and under Electron's protocol. */
export function createWorkbenchRouter(): Router {
  return createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', redirect: '/runs' },
      { path: '/runs', name: 'runs', component: RunsPage },
      { path: '/new', name: 'new', component: () => import('./pages/NewSearchPage.vue') },
      { path: '/runs/:id', name: 'run', component: () => import('./pages/RunPage.vue'), props: true },
      { path: '/compare', name: 'compare', component: () => import('./pages/ComparePage.vue') },
      { path: '/:unknown(.*)*', redirect: '/runs' },
    ],
  })
}
