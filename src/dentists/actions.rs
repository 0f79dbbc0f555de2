//! What is done with dentists, as the record of it has it and as patients read it.

crate::audit::actions! {
    Ask = "dentist_change.ask", said "access.what.other";
    Withdraw = "dentist_change.withdraw", said "access.what.other";
    Read = "dentist_change.read", said "access.what.change";
    Approve = "dentist_change.approve", said "access.what.change";
    Decline = "dentist_change.decline", said "access.what.change";
}
