import { mkdirSync } from 'node:fs'
import type { Machine } from '#contract/calls/devices.ts'
import type { DeviceStatus } from '#contract/device.ts'
import { formatBytes, unknown } from '#contract/format.ts'
import { asDataFolderProblem } from '#worker/run-directory/atomic-file.ts'
import { describeMachine } from '../../devices/describe-machine.ts'
import { DeviceList } from '../../devices/device-list.ts'
import { forkWorkers } from '../../workers/node-worker.ts'
import type { CommandDefinition, CommonOptions } from '../command.ts'
import { answer } from '../output.ts'
import { alignTable } from '../report.ts'

export const devices: CommandDefinition = {
  name: 'devices',
  group: 'Look',
  summary: 'what models can run on here, tried one by one, and the machine',
  about: [
    'Every device is tried in a process of its own with a small model; one that cannot be used says why. The speed is that of a product of two 512 × 512 matrices.',
    '`auto` takes the first one that can be used.',
  ],
  examples: [
    { line: 'devices', does: 'a table of devices, and processor, memory and disk' },
    { line: 'devices --json', does: 'the same for other programs' },
  ],
  answers: '{ devices: DeviceStatus[], machine: Machine }',
  define: (command) =>
    command.action(async (options: CommonOptions) => {
      const { dataDir } = options
      asDataFolderProblem(dataDir, () => mkdirSync(dataDir, { recursive: true }))
      const found = await new DeviceList({ spawnWorker: forkWorkers(), dataDir }).list()
      const machine = await describeMachine(dataDir)
      answer({ devices: found, machine }, options, () => [
        ...describeDevices(found),
        '',
        ...describe(machine, dataDir),
      ])
    }),
}

const describeDevices = (found: readonly DeviceStatus[]): string[] => [
  ...alignTable([
    ['device', 'usable', '512 × 512 product'],
    ...found.map(({ device, available, productMs }) => [
      device,
      available ? 'yes' : 'no',
      productMs === null ? unknown : `${productMs.toFixed(2)} ms`,
    ]),
  ]),
  ...found.filter(({ available }) => !available).map(({ device, reason }) => `not ${device}: ${reason}`),
]

function describe(machine: Machine, dataDir: string): string[] {
  const { processor, cores, load, memoryBytes, freeMemoryBytes, diskBytes, freeDiskBytes } = machine
  const busy = load === null ? '' : `, load ${load.toFixed(2)} a core`
  return [
    `Processor  ${processor}, ${cores} cores${busy}`,
    `Memory     ${formatBytes(freeMemoryBytes)} of ${formatBytes(memoryBytes)} free`,
    `Disk       ${formatBytes(freeDiskBytes)} of ${formatBytes(diskBytes)} free at ${dataDir}`,
    ...machine.graphicsCards.map(({ index, name, memoryBytes: bytes }) =>
      bytes === null ? `Card ${index}     ${name}` : `Card ${index}     ${name}, ${formatBytes(bytes)}`,
    ),
  ]
}
