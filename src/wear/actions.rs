//! What is done with wear, as the record of it has it and as patients read it.

crate::audit::actions! {
    Out = "wear.out", said "access.what.other";
    Back = "wear.back", said "access.what.other";
    Enter = "wear.enter", said "access.what.other";
    Correct = "wear.correct", said "access.what.other";
    Confirm = "wear.confirm", said "access.what.other";
    Remove = "wear.remove", said "access.what.other";
    Note = "wear.note", said "access.what.other";
    Goal = "wear.goal", said "access.what.wear_goal";
}
