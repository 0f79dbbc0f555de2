//! What is done with campaigns, as the record of it has it and as patients read it.

crate::audit::actions! {
    Add = "campaign.add", said "access.what.other";
    Rewrite = "campaign.rewrite", said "access.what.other";
    Test = "campaign.test", said "access.what.other";
    Start = "campaign.start", said "access.what.other";
    Pause = "campaign.pause", said "access.what.other";
    Resume = "campaign.resume", said "access.what.other";
    Cancel = "campaign.cancel", said "access.what.other";
    Send = "campaign.send", said "access.what.notification_write";
}
