//! What is done with accounts, as the record of it has it and as patients read it.

crate::audit::actions! {
    ListPatients = "patient.list", said "access.what.patient_list.one" or "access.what.patient_list.other";
    ReadPatient = "patient.read", said "access.what.patient_read";
    Call = "function.call", said "access.what.other";
    CrossSite = "request.cross_site", said "access.what.other";
    Follow = "account.follow", said "access.what.other";
    Settle = "account.settle", said "access.what.account";
    StartSession = "session.start", said "access.what.other";
    EndSession = "session.end", said "access.what.other";
    AcceptTerms = "terms.accept", said "access.what.other";
    ChangeSettings = "settings.change", said "access.what.other";
}
