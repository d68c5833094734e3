/** Why a model cannot take over another one; the message goes on after "because". */
export class Unjoinable extends Error {
  /** The place whose model it is; null where it is all of them together. */
  readonly place: string | null

  constructor(message: string, place: string | null = null) {
    super(message)
    this.name = 'Unjoinable'
    this.place = place
  }
}
