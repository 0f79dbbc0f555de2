//! What is done with notifications, as the record of it has it and as patients read it.

crate::audit::actions! {
    Write = "notification.write", said "access.what.notification_write";
    Read = "notification.read", said "access.what.notification_read";
    Cancel = "notification.cancel", said "access.what.notification_cancel";
    Retry = "notification.retry", said "access.what.notification_retry";
    Reschedule = "notification.reschedule", said "access.what.notification_move";
    Restore = "notification.restore", said "access.what.notification_restore";
    Open = "notification.open", said "access.what.other";
    Unsubscribe = "settings.unsubscribe", said "access.what.other";
    ChangeWishes = "settings.notifications", said "access.what.other";
}
