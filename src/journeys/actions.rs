//! What is done with journeys, as the record of it has it and as patients read it.

crate::audit::actions! {
    Read = "journey.read", said "access.what.journey_read";
    Open = "journey.open", said "access.what.journey_open";
    Revise = "journey.revise", said "access.what.journey_plan";
    Aftercare = "journey.aftercare", said "access.what.other";
    End = "journey.end", said "access.what.journey_end";
    SetUp = "journey.setup", said "access.what.other";
    Progress = "journey.progress", said "access.what.journey_progress";
    Delay = "journey.delay", said "access.what.journey_delay";
    Pause = "journey.pause", said "access.what.journey_pause";
    Continue = "journey.continue", said "access.what.journey_continue";
    StepBack = "journey.step_back", said "access.what.journey_step_back";
    TakeBack = "journey.take_back", said "access.what.other";
    SetTimeZone = "settings.time_zone", said "access.what.other";
}
