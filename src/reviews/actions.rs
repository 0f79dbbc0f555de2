//! What is done with reviews, as the record of it has it and as patients read it.

crate::audit::actions! {
    Read = "review.read", said "access.what.photo_read";
    Decide = "review.decide", said "access.what.review";
    Withdraw = "review.withdraw", said "access.what.review_withdrawn";
    Settle = "review.settle", said "access.what.review_told";
}
