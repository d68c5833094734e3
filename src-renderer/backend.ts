import type { Connection } from './backend/connection.ts'
import { connectToHost, exchangeToken } from './backend/host-connection.ts'
import { connectToWindow } from './backend/window-connection.ts'

/**
 * The back end of this page: Electron's where the preload offers one, else the host that served the page. A token
 * in the address is exchanged for a cookie first and leaves the address, unless another page was asked for meanwhile.
 * @throws Problem `not-allowed` when the host does not know the token.
 */
export async function connectBackend(): Promise<Connection> {
  if (window.shapwright) return connectToWindow(window.shapwright)
  acceptNewAddress()
  const address = new URL(location.href)
  const fragment = await exchangeToken(address)
  const stillThere = location.hash === address.hash
  if (fragment !== null && stillThere) history.replaceState(null, '', fragment)
  return connectToHost(new URL(location.origin))
}

/** The address of a host that was started anew, opened in the same tab, only changes the fragment. */
function acceptNewAddress(): void {
  addEventListener('hashchange', ({ newURL }) => {
    if (!newURL.includes('#token=')) return
    const begin = () => location.reload()
    exchangeToken(new URL(newURL)).then(begin, begin)
  })
}
