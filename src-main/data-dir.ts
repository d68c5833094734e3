import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where a user's data lies when nothing else is said: SHAPWRIGHT_DATA_DIR, or the operating system's place. */
export function defaultDataDir(
  environment: NodeJS.ProcessEnv = process.env,
  platform = process.platform,
): string {
  const chosen = environment['SHAPWRIGHT_DATA_DIR']
  if (chosen) return chosen
  if (platform === 'win32') {
    return join(environment['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'Shapwright')
  }
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Shapwright')
  return join(environment['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'shapwright')
}
