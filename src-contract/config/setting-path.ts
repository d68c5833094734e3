type Plain = Record<string, unknown>

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The setting at a path such as `space.sparse.kernel`; undefined where nothing is. */
export function settingAt(config: object, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) => (isPlain(value) && Object.hasOwn(value, key) ? value[key] : undefined),
      config,
    )
}

/** Puts a value at a path, in place; what is missing on the way is made. `null` takes the setting out. */
export function putSetting(config: object, path: string, value: unknown): void {
  const keys = path.split('.')
  const last = keys.pop()!
  let target = config as Plain
  for (const key of keys) {
    const inner = Object.hasOwn(target, key) ? target[key] : undefined
    target = isPlain(inner) ? inner : putOwn(target, key, {})
  }
  if (value === null) delete target[last]
  else putOwn(target, last, value)
}

/** A property of its own, even where every object has one of this name. */
function putOwn<T>(target: Plain, key: string, value: T): T {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
  return value
}

/** Every setting by its path, `search.epochs`; lists in one line. */
export function flattenSettings(value: unknown, path = ''): Map<string, string> {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return new Map([[path, Array.isArray(value) ? value.join(', ') : String(value)]])
  }
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [
      ...flattenSettings(inner, path ? `${path}.${key}` : key),
    ]),
  )
}
