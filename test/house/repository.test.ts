import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { problemTexts } from '#contract/problem.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const committed = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(root, path)))
const read = (path: string) => readFileSync(join(root, path), 'utf8')

/** Every line of committed text that has a fault; this file, which spells the patterns, is left out. */
function linesWith(fault: (line: string) => boolean): string[] {
  return committed
    .filter((path) => !path.startsWith('test/house/') && statSync(join(root, path)).size < 5_000_000)
    .map((path) => ({ path, text: read(path) }))
    .filter(({ text }) => !text.includes('\0'))
    .flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, i) => (fault(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
    )
}

describe('what is committed', () => {
  it('names no package registry, so that it installs from whichever is configured', () => {
    const host = /registry\.[a-z]+\.|npmmirror|files\.pythonhosted|"resolved":\s*"https?:/
    expect(linesWith((line) => host.test(line))).toEqual([])
  })

  it('holds no path of the machine that it was written on', () => {
    const own = [root, `${homedir()}/`].filter((path) => path.length > 2)
    expect(linesWith((line) => own.some((path) => line.includes(path)))).toEqual([])
  })

  it('explains itself without the numbers of a tracker', () => {
    const number = /\b(issues?|pull request|PR) #?\d|\(#\d+\)/i
    expect(linesWith((line) => number.test(line))).toEqual([])
  })
})

/** Guides and notes; each link and command in them is a promise. */
const guides = committed.filter((path) => path.endsWith('.md'))

describe('README, guide and notes', () => {
  it.each(guides)('%s links to what is there', (path) => {
    const links = [...read(path).matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)].map(([, link]) => link)
    expect(links.filter((link) => !existsSync(join(root, dirname(path), link)))).toEqual([])
  })

  it.each(guides)('%s shows pictures that are there', (path) => {
    const pictures = [...read(path).matchAll(/(?:src|srcset)="([^"]+)"/g)].map(([, picture]) => picture)
    expect(pictures.filter((picture) => !existsSync(join(root, dirname(path), picture)))).toEqual([])
  })

  it.each(guides)('%s names npm scripts that exist', (path) => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const named = [...read(path).matchAll(/\bnpm (?:run |(?=test\b|start\b))([\w:]+)/g)].map(
      ([, name]) => name,
    )
    expect(named.filter((name) => !(name in scripts))).toEqual([])
  })
})

describe('hints of problems', () => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }

  it.each(Object.entries(problemTexts))('that of %s names commands and files that exist', (_, { hint }) => {
    const commands = [...hint.matchAll(/`([^`]*\s[^`]*)`/g)].map(([, command]) => command)
    const isKnown = (command: string) => {
      const [, script] = /^npm (?:run )?([\w:]+)/.exec(command) ?? []
      return script !== undefined && script in scripts
    }
    expect(commands.filter((command) => !isKnown(command))).toEqual([])
    const files = hint.match(/\b[\w-]+(?:\/[\w.-]+)+\b/g) ?? []
    expect(files.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })
})
