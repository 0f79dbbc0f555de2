//! What is done with reports, as the record of it has it and as patients read it.

crate::audit::actions! {
    Create = "report.create", said "access.what.other";
    Read = "report.read", said "access.what.report_read";
    Acknowledge = "report.acknowledge", said "access.what.report_acknowledge";
    Answer = "report.answer", said "access.what.report_answer";
    Close = "report.close", said "access.what.report_close";
    TellStaff = "report.tell_staff", said "access.what.report_tell_staff";
    HandOver = "report.hand_over", said "access.what.other";
}
