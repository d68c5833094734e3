/** Why a model cannot take over another one; the message goes on after "because". */
export class Unjoinable extends Error {}
