/** Disjoint sets of families; a set is known by its first family in code-unit order. */
export class Families {
  private readonly parents: Map<string, string>

  constructor(names: readonly string[]) {
    this.parents = new Map(names.map((name) => [name, name]))
  }

  find(name: string): string {
    const parent = this.parents.get(name)!
    if (parent === name) return name
    const root = this.find(parent)
    this.parents.set(name, root)
    return root
  }

  join(a: string, b: string): void {
    const [first, second] = [this.find(a), this.find(b)].sort()
    this.parents.set(second!, first!)
  }
}
