//! What is done with messages, as the record of it has it and as patients read it.

crate::audit::actions! {
    List = "message.list", said "access.what.other";
    Read = "message.read", said "access.what.message_read";
    Send = "message.send", said "access.what.message_send";
    Share = "message.share", said "access.what.message_share";
    AddReply = "reply.add", said "access.what.other";
    ChangeReply = "reply.change", said "access.what.other";
    DeleteReply = "reply.delete", said "access.what.other";
}
