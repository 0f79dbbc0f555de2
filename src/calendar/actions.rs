//! What is done with calendars, as the record of it has it and as patients read it.

crate::audit::actions! {
    CreateAddress = "calendar.create", said "access.what.other";
    RevokeAddress = "calendar.revoke", said "access.what.other";
}
