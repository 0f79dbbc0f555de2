//! What is done with photos, as the record of it has it and as patients read it.

crate::audit::actions! {
    List = "photo.list", said "access.what.photo_read";
    Read = "photo.read", said "access.what.photo_read";
    FetchAhead = "photo.ahead", said "access.what.other";
    Send = "photo.send", said "access.what.other";
    Arrive = "photo.arrive", said "access.what.other";
    Check = "photo.check", said "access.what.other";
    Acknowledge = "photo.acknowledge", said "access.what.other";
    Place = "photo.place", said "access.what.photo_place";
    Delete = "photo.delete", said "access.what.other";
}
