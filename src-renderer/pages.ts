import type { Component } from 'vue'
import RunsPage from './pages/RunsPage.vue'

/** A page of the sidebar; the address, the entry, the shortcut and the command palette follow from it. */
export interface Page {
  path: string
  title: string
  icon: string
  /** `g` and then this letter open it. */
  key: string
  component: Component | (() => Promise<unknown>)
}

export const pages: readonly Page[] = [
  { path: '/runs', title: 'Runs', icon: 'i-lucide-list', key: 'r', component: RunsPage },
  {
    path: '/new',
    title: 'New search',
    icon: 'i-lucide-plus',
    key: 'n',
    component: () => import('./pages/NewSearchPage.vue'),
  },
  {
    path: '/studies',
    title: 'Studies',
    icon: 'i-lucide-grid-3x3',
    key: 't',
    component: () => import('./pages/StudiesPage.vue'),
  },
  {
    path: '/compare',
    title: 'Compare',
    icon: 'i-lucide-columns-2',
    key: 'c',
    component: () => import('./pages/ComparePage.vue'),
  },
  {
    path: '/explore',
    title: 'Explore',
    icon: 'i-lucide-chart-scatter',
    key: 'e',
    component: () => import('./pages/ExplorePage.vue'),
  },
  {
    path: '/datasets',
    title: 'Datasets',
    icon: 'i-lucide-database',
    key: 'd',
    component: () => import('./pages/DatasetsPage.vue'),
  },
  {
    path: '/backbones',
    title: 'Backbones',
    icon: 'i-lucide-layers',
    key: 'b',
    component: () => import('./pages/BackbonesPage.vue'),
  },
  {
    path: '/devices',
    title: 'Devices',
    icon: 'i-lucide-cpu',
    key: 'v',
    component: () => import('./pages/DevicesPage.vue'),
  },
  {
    path: '/settings',
    title: 'Settings',
    icon: 'i-lucide-settings',
    key: 's',
    component: () => import('./pages/SettingsPage.vue'),
  },
]
