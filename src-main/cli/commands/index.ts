import type { CommandDefinition } from '../command.ts'
import { backup } from './backup.ts'
import { compare } from './compare.ts'
import { completion } from './completion.ts'
import { datasets } from './datasets.ts'
import { demo } from './demo.ts'
import { devices } from './devices.ts'
import { diagnostics } from './diagnostics.ts'
import { erase } from './erase.ts'
import { estimate } from './estimate.ts'
import { exportCommand } from './export.ts'
import { importCommand } from './import.ts'
import { list } from './list.ts'
import { rebuild } from './rebuild-index.ts'
import { restore } from './restore.ts'
import { resume } from './resume.ts'
import { search } from './search.ts'
import { show } from './show.ts'
import { study } from './study.ts'
import { trash } from './trash.ts'
import { whatif } from './whatif.ts'

/** Every command, in the order of the help. */
export const commands: readonly CommandDefinition[] = [
  demo,
  search,
  resume,
  study,
  list,
  show,
  compare,
  whatif,
  estimate,
  datasets,
  devices,
  exportCommand,
  importCommand,
  trash,
  restore,
  erase,
  backup,
  rebuild,
  diagnostics,
  completion,
]
