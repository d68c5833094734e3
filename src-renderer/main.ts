import './zod-without-eval.ts'
import ui from '@nuxt/ui/vue-plugin'
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { connectBackend } from './backend.ts'
import { connectionKey, describeFailure } from './backend/connection.ts'
import ProblemNotice from './components/ProblemNotice.vue'
import { createWorkbenchRouter } from './router.ts'
import './main.css'

try {
  const connection = await connectBackend()
  const app = createApp(App)
  app.provide(connectionKey, connection)
  app.use(createPinia()).use(createWorkbenchRouter()).use(ui).mount('#app')
} catch (error) {
  createApp(ProblemNotice, { problem: describeFailure(error), class: 'm-8' })
    .use(ui)
    .mount('#app')
}
