import { ref, type Ref } from 'vue'

/** `system`: the desktop application tells of it itself, nothing is to be asked. */
type Permission = NotificationPermission | 'system' | 'missing'

function presentPermission(): Permission {
  if (window.shapwright) return 'system'
  return 'Notification' in window ? Notification.permission : 'missing'
}

/** Whether this browser lets the window tell of ended runs; only a click of the reader's may ask it. */
export function useAnnouncementPermission(): { permission: Ref<Permission>; ask: () => Promise<void> } {
  const permission = ref(presentPermission())
  async function ask(): Promise<void> {
    permission.value = await Notification.requestPermission()
  }
  return { permission, ask }
}

/** Tells of something through the system, where the browser allows it and nobody looks at the window. */
export function announce(title: string, body: string, open: () => void): void {
  if (!document.hidden || presentPermission() !== 'granted') return
  const notification = new Notification(title, { body })
  notification.addEventListener('click', () => {
    window.focus()
    open()
  })
}
