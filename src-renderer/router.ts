import { createRouter, createWebHashHistory, type Router } from 'vue-router'
import { pages } from './pages.ts'

/** Addresses live in the fragment, so that they mean the same under the host and under Electron's protocol. */
export function createWorkbenchRouter(): Router {
  return createRouter({
    history: createWebHashHistory(),
    routes: [
      { path: '/', redirect: '/runs' },
      ...pages.map(({ path, component }) => ({ path, name: path.slice(1), component })),
      { path: '/runs/:id', name: 'run', component: () => import('./pages/RunPage.vue'), props: true },
      { path: '/studies/:id', name: 'study', component: () => import('./pages/StudyPage.vue'), props: true },
      { path: '/datasets/import', name: 'import', component: () => import('./pages/ImportDatasetPage.vue') },
      {
        path: '/datasets/:id',
        name: 'dataset',
        component: () => import('./pages/DatasetPage.vue'),
        props: true,
      },
      {
        path: '/backbones/:id',
        name: 'backbone',
        component: () => import('./pages/BackbonePage.vue'),
        props: true,
      },
      { path: '/:unknown(.*)*', redirect: '/runs' },
    ],
  })
}
