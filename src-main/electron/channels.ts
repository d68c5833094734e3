/** Names of the two ways between the window and the back end. */
export const callChannel = 'shapwright:call'
export const pushChannel = 'shapwright:push'
